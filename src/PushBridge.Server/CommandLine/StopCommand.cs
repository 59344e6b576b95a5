using System.CommandLine;
using PushBridge.Server.Daemon;

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
        return await file.ReadAsync() is { } server
            ? await options.StopAsync(file, server, result, cancellation)
            : CommandError.Report(ExitCode.NotRunning, $"not running ({file.Path})");
    }
}
