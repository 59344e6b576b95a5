using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Keys;

/// <summary>
/// Holds an area's options to their attributes, but for the values that no value can be made of: they were left out, so that an option that has no default would be
/// missed as well, and <see cref="KnownKeysRule"/> has reported them.
/// </summary>
internal sealed class AreaValidator<TOptions>(string section, IConfiguration configuration)
    : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        string[] unreadable =
        [
            .. ConfigurationCheck.Unreadable(
                Setting.Of(typeof(TOptions)),
                configuration.GetSection(section)
            ),
        ];
        string[] problems =
        [
            .. OptionsValidator<TOptions>
                .Problems(section, options)
                .Where(problem => !unreadable.Any(path => IsAbout(problem, path))),
        ];
        return problems.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsAbout(string problem, string path) =>
        problem.StartsWith($"{path}: ", StringComparison.OrdinalIgnoreCase);
}
