using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Listeners;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.CommandLine;

/// <summary>
/// Refuses settings in the framework's own sections that it would throw for, or pass over: levels that are none, keys that are nearly those of the log, and addresses for
/// its web server, which listens where ours says and nowhere else. Validated with the options of the server as a whole, so that they are reported with every other problem.
/// </summary>
internal sealed class FrameworkRule(
    IConfiguration configuration,
    IOptionsFactory<JsonConsoleFormatterOptions> json
) : IValidateOptions<ServerOptions>
{
    private const string Logging = "Logging";
    private const string Levels = "LogLevel";
    private const string Scopes = "CaptureScopes";
    private const string Terminal = "Console";
    private const string Formatter = "FormatterOptions";
    private const string Addresses = "Kestrel:Endpoints";

    /// <summary>What may stand below the log: settings for all of it, and the places it goes to.</summary>
    private static readonly string[] Known =
    [
        Levels,
        Scopes,
        Terminal,
        "Debug",
        "EventLog",
        "EventSource",
    ];

    private static readonly string Expected =
        $"one of {string.Join(", ", Enum.GetNames<LogLevel>().Select(name => name.ToLowerInvariant()))}";

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        List<string> problems =
        [
            .. Log(configuration.GetSection(Logging)).Distinct(StringComparer.Ordinal),
        ];
        if (problems.Count == 0 && WhatIsLeft() is { } other)
        {
            problems.Add(other);
        }
        if (configuration.GetSection(Addresses).GetChildren().Any())
        {
            problems.Add(
                $"{Addresses}: the server opens its own listeners; say here what is to listen where: {ListenerSettings.Section}"
            );
        }
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>What only the binder knows: how JSON is written. Null when it can be read.</summary>
    private string? WhatIsLeft()
    {
        try
        {
            json.Create(Options.DefaultName);
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return $"{ConfigurationPath.Combine(Logging, Terminal)}: {exception.Message}";
        }
    }

    private static IEnumerable<string> Log(IConfigurationSection log) =>
        log.GetChildren()
            .SelectMany(child =>
                Misspelt(child, Known) is { } problem ? [problem]
                : Is(child, Levels) ? Values(child)
                : Is(child, Scopes) ? Unreadable(child, typeof(bool))
                : Place(child)
            );

    /// <summary>One of the places that the log goes to, whose levels may differ.</summary>
    private static IEnumerable<string> Place(IConfigurationSection place) =>
        [
            .. place.GetChildren().Select(child => Misspelt(child, [Levels])).OfType<string>(),
            .. Values(place.GetSection(Levels)),
            .. Is(place, Terminal)
                ?
                [
                    .. Unreadable(place, typeof(ConsoleLoggerOptions)),
                    .. Unreadable(
                        place.GetSection(Formatter),
                        typeof(SimpleConsoleFormatterOptions)
                    ),
                ]
                : (string[])[],
        ];

    private static string? Misspelt(IConfigurationSection section, string[] names) =>
        names.Contains(section.Key, StringComparer.OrdinalIgnoreCase) ? null
        : Spelling.Nearest(names, section.Key) is [var meant, ..]
            ? $"{section.Path}: there is no such option; did you mean {ConfigurationPath.Combine(ConfigurationPath.GetParentPath(section.Path)!, meant)}?"
        : null;

    private static IEnumerable<string> Values(IConfigurationSection levels) =>
        levels
            .AsEnumerable()
            .Where(level => !string.IsNullOrEmpty(level.Value) && !IsLevel(level.Value))
            .Select(level => $"{level.Key}: '{level.Value}' is not {Expected}");

    private static bool IsLevel(string text) =>
        Enum.TryParse(text, ignoreCase: true, out LogLevel level) && Enum.IsDefined(level);

    private static IEnumerable<string> Unreadable(IConfigurationSection section, Type type)
    {
        Setting setting = Setting.Of(type);
        return ConfigurationCheck
            .Problems(setting, section, setting)
            .Where(problem => problem.IsUnreadable)
            .Select(problem => problem.ToString());
    }

    private static bool Is(IConfigurationSection section, string name) =>
        section.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
