using System.Globalization;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>What may happen between one node, B, and Redis.</summary>
internal static class NetworkFaults
{
    private static readonly TimeSpan Healing = TimeSpan.FromSeconds(5);

    public static Task<Verdict> HoldUpAsync(Cluster cluster) =>
        DuringAsync(cluster, TimeSpan.FromSeconds(5), network => network.HoldUp());

    public static Task<Verdict> HoldDownAsync(Cluster cluster) =>
        DuringAsync(cluster, TimeSpan.FromSeconds(5), network => network.HoldDown());

    public static Task<Verdict> DelayAsync(Cluster cluster) =>
        DuringAsync(
            cluster,
            TimeSpan.FromSeconds(4),
            network => network.Delay = TimeSpan.FromMilliseconds(500)
        );

    /// <summary>A node does not take its messages, until Redis cuts its connection.</summary>
    public static async Task<Verdict> OverflowAsync(Cluster cluster)
    {
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        await using TextBackend backend = await TextBackend.ConnectAsync(cluster["A"].Text);
        // It will be too much for this one, too: nobody else is to be cut.
        await using RawClient flooded = await RawClient.ConnectAsync(
            cluster["B"].ClientsUrl,
            "flooded",
            _ => { }
        );
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (await backend.AskAsync("""{"uid":"flooded"}""") != "ok")
        {
            await Task.Delay(5, deadline.Token);
        }
        await cluster.Redis.CommandAsync(
            "CONFIG SET client-output-buffer-limit \"pubsub 262144 0 0\""
        );
        double begun = traffic.Begin();
        cluster.NetworkOf("B").HoldDown();
        string pad = new('x', 64 * 1024);
        int number = 0;
        bool isCut = false;
        while (!isCut && number < 1_000)
        {
            // Plain: more is on its way than the network holds, and by Redis's word it was received.
            await backend.AskAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"uid":"flooded","n":{{++number}},"pad":"{{pad}}"}"""
                )
            );
            // What is none of theirs the nodes drop.
            isCut = await cluster.Redis.CommandAsync("PUBLISH pushbridge:u:flooded -") == ":0";
        }
        cluster.NetworkOf("B").Release();
        double over = traffic.History.Now;
        traffic.End(begun, Healing);
        double healed = await traffic.HealAsync(over);
        traffic.CutSince("B", begun);
        Checker checker = await traffic.JudgeAsync();
        Verdict verdict = Verdict.Of(
            traffic,
            checker,
            string.Create(
                CultureInfo.InvariantCulture,
                $"cut after {number} messages, healed after {healed:0} ms"
            )
        );
        return isCut ? verdict : verdict with { Found = [.. verdict.Found, "never cut"] };
    }

    private static async Task<Verdict> DuringAsync(
        Cluster cluster,
        TimeSpan time,
        Action<FaultyProxy> fault
    )
    {
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        double begun = traffic.Begin();
        fault(cluster.NetworkOf("B"));
        await Task.Delay(time);
        cluster.NetworkOf("B").Release();
        cluster.NetworkOf("B").Delay = TimeSpan.Zero;
        double over = traffic.History.Now;
        traffic.End(begun, Healing);
        double healed = await traffic.HealAsync(over);
        Checker checker = await traffic.JudgeAsync();
        return Verdict.Of(
            traffic,
            checker,
            string.Create(CultureInfo.InvariantCulture, $"healed after {healed:0} ms")
        );
    }
}
