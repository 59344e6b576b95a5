using System.CommandLine;
using PushBridge.Hosting.Options;
using PushBridge.Server.Daemon;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary>What <c>stop</c> and <c>restart</c> have in common: how long a server may take to drain.</summary>
internal sealed class StopOptions
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(2);

    private readonly Option<TimeSpan?> patience = new("--timeout")
    {
        Description = "How long to wait until the server has drained and ended [default: 30s]",
        HelpName = "TIME",
        CustomParser = argument => Duration.Parse(argument),
    };

    public void AddTo(Command command) => command.Options.Add(patience);

    /// <summary>What <c>status</c> would contradict: that no server runs, when one answers that no pid file of ours is about. Null where none answers.</summary>
    public static async Task<string?> FindOtherAsync(
        HttpOptions http,
        CancellationToken cancellation
    )
    {
        if (HealthProbe.AddressOf(http) is not { } address)
        {
            return null;
        }
        ServerTrust trust = new(http.Certificate, null, null, null);
        HealthProbe probe = new(address, trust, ProbePatience);
        return await probe.AskAsync("/health/live", cancellation) is { IsGood: true }
            ? $"a server answers at {address.GetLeftPart(UriPartial.Authority)}, but start did not start it (or with another --pid-file or --config)"
            : null;
    }

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
