using System.Diagnostics;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>Five hundred clients, every tenth of which never reads: it costs those their connections, and nobody else anything.</summary>
[Collection(nameof(LoadGroup))]
public sealed class SlowCrowdTests
{
    // Five uids of a hundred connections: each client is sent 4 MB, more than the kernel hides for one that does not read.
    private const int Clients = 500;
    private const int Slow = 50;
    private const int Uids = 5;
    private const int Pushes = 20_000;
    private const int AtOnce = 50;

    [Fact]
    public async Task Fifty_of_500_that_never_read_are_cut_and_nobody_else_loses_anything()
    {
        await using var server = await ServerProcess.StartInShellAsync(
            "exec \"$@\"",
            ("Logging__LogLevel__PushBridge", "Debug"),
            ("PushBridge__Clients__MaxConnectionsPerUid", "100")
        );
        List<CrowdClient> crowd = [];
        try
        {
            for (int i = 0; i < Clients; i++)
            {
                crowd.Add(
                    await CrowdClient.ConnectAsync(
                        server.Clients,
                        $"crowd-{i % Uids}",
                        reads: i >= Slow
                    )
                );
            }

            double before = server.Memory("VmRSS");
            long started = Stopwatch.GetTimestamp();
            await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
            await PushAsync(backend);
            TimeSpan pushing = Stopwatch.GetElapsedTime(started);
            await LeftAsync(backend, Clients - Slow, TimeSpan.FromSeconds(12));
            TimeSpan cutting = Stopwatch.GetElapsedTime(started);

            foreach (CrowdClient client in crowd.Skip(Slow))
            {
                await Hosting.PushBridgeServer.EventuallyAsync(
                    () => client.Received == Pushes / Uids,
                    "every message"
                );
                client.Fault.Should().BeNull();
            }

            double growth = server.Memory("VmHWM") - before;
            TestContext.Current.SendDiagnosticMessage(
                $"{Pushes} pushes in {pushing.TotalSeconds:F1} s, the slow ones gone after {cutting.TotalSeconds:F1} s, memory +{growth:F0} MiB"
            );
            growth.Should().BeLessThan(120, "MiB");
            server
                .Output.Split('\n')
                .Count(line => line.Contains("closing with 4428", StringComparison.Ordinal))
                .Should()
                .Be(Slow);
        }
        finally
        {
            crowd.ForEach(client => client.Dispose());
        }
    }

    private static async Task PushAsync(TextBackend backend)
    {
        for (int i = 0; i < Pushes; i += AtOnce)
        {
            await backend.SendAsync(
                string.Concat(
                    Enumerable
                        .Range(i, AtOnce)
                        .Select(n => CrowdClient.Line($"crowd-{n % Uids}", n / Uids, 1_024) + "\n")
                )
            );
            (await backend.ReadLinesAsync(AtOnce)).Should().OnlyContain(reply => reply == "ok");
        }
    }

    private static async Task LeftAsync(TextBackend backend, int connections, TimeSpan bar)
    {
        long started = Stopwatch.GetTimestamp();
        string wanted = $$"""{"ok":true,"connections":{{connections}},"uids":{{Uids}}}""";
        string count;
        while ((count = await backend.AskAsync("""{"$cmd":"count"}""")) != wanted)
        {
            Stopwatch.GetElapsedTime(started).Should().BeLessThan(bar, "the server has {0}", count);
            await Task.Delay(20);
        }
    }
}
