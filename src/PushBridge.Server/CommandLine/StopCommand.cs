using System.CommandLine;
using PushBridge.Hosting.Options;
using PushBridge.Server.Daemon;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary><c>stop</c>: drains and ends the server that <c>start</c> has started.</summary>
internal sealed class StopCommand
{
    private readonly Option<string?> config = ConfigurationFile.NewOption();
    private readonly DaemonPlace place = new();
    private readonly StopOptions options = new();

    public StopCommand()
    {
        Command = new Verb(
            "stop",
            "Drain and end the server that start has started, and return when it is gone",
            "pushbridge stop",
            "pushbridge stop --config pushbridge.json --timeout 1m"
        );
        Command.Options.Add(config);
        place.AddTo(Command);
        options.AddTo(Command);
        Command.SetAction(
            (result, cancellation) => CommandError.GuardAsync(() => StopAsync(result, cancellation))
        );
    }

    public Command Command { get; }

    private async Task<int> StopAsync(ParseResult result, CancellationToken cancellation)
    {
        PidFile file = place.File(result, result.GetValue(config));
        if (await file.ReadAsync() is { } server)
        {
            return await options.StopAsync(file, server, result, cancellation);
        }
        HttpOptions http = ServerAccess.Bound<HttpOptions>(
            ConfigurationFile.Load(result.GetValue(config)),
            HttpOptions.Section
        );
        return CommandError.Report(
            ExitCode.NotRunning,
            await StopOptions.FindOtherAsync(http, cancellation) ?? $"not running ({file.Path})"
        );
    }
}
