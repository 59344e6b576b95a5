using System.CommandLine;
using PushBridge.Server.Daemon;

namespace PushBridge.Server.CommandLine;

/// <summary>What <c>stop</c> and <c>restart</c> have in common: how long a server may take to drain.</summary>
internal sealed class StopOptions
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    private readonly Option<TimeSpan?> patience = new("--timeout")
    {
        Description = "How long to wait until the server has drained and ended [default: 30s]",
        HelpName = "TIME",
        CustomParser = argument => Duration.Parse(argument),
    };

    public void AddTo(Command command) => command.Options.Add(patience);

    public async Task<int> StopAsync(
        PidFile file,
        ServerRecord server,
        ParseResult result,
        CancellationToken cancellation
    )
    {
        TimeSpan limit = result.GetValue(patience) ?? DefaultPatience;
        bool isGone = await new BackgroundServer(file, TimeProvider.System).StopAsync(
            server,
            limit,
            cancellation
        );
        if (!isGone)
        {
            return CommandError.Report(
                ExitCode.Failure,
                $"pid {server.ProcessId} is still draining after {BackgroundServer.Seconds(limit)}"
            );
        }
        Console.Out.WriteLine($"stopped (pid {server.ProcessId})");
        return ExitCode.Success;
    }
}
