using System.CommandLine;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Options;
using PushBridge.Server.Daemon;

namespace PushBridge.Server.CommandLine;

/// <summary>The option <c>--pid-file</c>, and which pid file a command means by it or without it.</summary>
internal sealed class DaemonPlace
{
    private readonly Option<string?> pidFile = new("--pid-file")
    {
        Description =
            "The pid file of the server [default: PushBridge:Daemon:PidFile, or one for each configuration file]",
        HelpName = "FILE",
    };

    public void AddTo(Command command) => command.Options.Add(pidFile);

    /// <summary>Whether the command line names a pid file.</summary>
    public bool IsNamed(ParseResult result) => result.GetValue(pidFile) is not null;

    /// <exception cref="IOException">There is no place for it.</exception>
    public PidFile File(ParseResult result, string? configurationFile) =>
        new(
            DaemonFiles.PidFile(Options(result, configurationFile), configurationFile),
            TimeProvider.System
        );

    public DaemonOptions Options(ParseResult result, string? configurationFile)
    {
        DaemonOptions options = new();
        OptionsAreaServiceCollectionExtensions.Bind(
            ConfigurationFile.Load(configurationFile),
            DaemonOptions.Section,
            options
        );
        options.PidFile = result.GetValue(pidFile) ?? options.PidFile;
        return options;
    }
}
