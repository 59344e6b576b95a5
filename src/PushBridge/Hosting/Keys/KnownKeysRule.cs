using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Keys;

/// <summary>
/// Refuses to start with a key that is meant to be an option and is none: it would do nothing, and nobody would know. Validated
/// with the options of the server as a whole, since the section <c>PushBridge</c> is theirs.
/// </summary>
internal sealed class KnownKeysRule(KnownKeys keys) : IValidateOptions<ServerOptions>
{
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        string[] problems = [.. keys.Problems()];
        return problems.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems);
    }
}
