using System.CommandLine;
using PushBridge.Server.Daemon;

namespace PushBridge.Server.CommandLine;

/// <summary>
/// <c>restart</c>: <c>stop</c>, where there is something to stop, and <c>start</c>. A configuration that no server would start with stops none.
/// </summary>
internal sealed class RestartCommand
{
    private readonly StartOptions start = new();
    private readonly StopOptions stop = new();

    public RestartCommand()
    {
        Command = new Verb(
            "restart",
            "Check the configuration, stop the server that start has started, if there is one, and start it with these options",
            "pushbridge restart -d",
            "pushbridge restart -d --config pushbridge.json"
        )
        {
            RunsServer = start.IsForeground,
        };
        start.AddTo(Command);
        stop.AddTo(Command);
        Command.SetAction(
            (result, cancellation) =>
                CommandError.GuardAsync(() => RestartAsync(result, cancellation))
        );
    }

    public Command Command { get; }

    private async Task<int> RestartAsync(ParseResult result, CancellationToken cancellation)
    {
        PidFile file = start.File(result);
        ServerRecord? running = await file.ReadAsync();
        if (await start.ProblemsAsync(result) is { Count: > 0 } problems)
        {
            if (running is not null)
            {
                Console.Out.WriteLine($"still running, as before (pid {running.ProcessId})");
            }
            return CommandError.Report(ExitCode.Configuration, problems);
        }
        if (running is { } server)
        {
            int exitCode = await stop.StopAsync(file, server, result, cancellation);
            if (exitCode != ExitCode.Success)
            {
                return exitCode;
            }
        }
        else if (await StopOptions.FindOtherAsync(start.Http(result), cancellation) is { } other)
        {
            // Only starting shows whether it is in the way: ports may be shared.
            CommandError.Report(ExitCode.NotRunning, other);
        }
        else
        {
            Console.Out.WriteLine("not running");
        }
        return await start.StartAsync(result, cancellation);
    }
}
