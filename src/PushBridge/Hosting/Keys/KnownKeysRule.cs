using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Keys;

/// <summary>
/// Refuses to start with a key below the section <c>PushBridge</c> that is no option: it would do nothing, and nobody would know. Validated
/// with the options of the server as a whole, since that section is theirs.
/// </summary>
internal sealed class KnownKeysRule(IConfiguration configuration, IEnumerable<OptionsArea> areas)
    : IValidateOptions<ServerOptions>
{
    /// <summary>An application that pushes with the .NET client library, too, has its options in a section beside ours, which that library validates.</summary>
    private static readonly string? Neighbour = Type.GetType(
        "PushBridge.Client.PushClientOptions, PushBridge.Client"
    )
        is null
        ? null
        : $"{ServerOptions.Section}:Client";

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        Setting root = Setting.Of(areas);
        string[] problems =
        [
            .. ConfigurationCheck
                .Problems(
                    root.Members[ServerOptions.Section],
                    configuration.GetSection(ServerOptions.Section),
                    root
                )
                .Where(problem =>
                    !string.Equals(problem.Path, Neighbour, StringComparison.OrdinalIgnoreCase)
                )
                .Select(problem => problem.ToString()),
        ];
        return problems.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems);
    }
}
