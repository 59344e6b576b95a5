using System.Globalization;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>What may happen to Redis itself.</summary>
internal static class RedisFaults
{
    private static readonly TimeSpan Healing = TimeSpan.FromSeconds(5);

    /// <summary>More than the ups and downs of a garbage collector.</summary>
    private const double MemoryLimit = 100;

    public static async Task<Verdict> StopAsync(Cluster cluster, int times)
    {
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        return await RepeatAsync(
            cluster,
            traffic,
            times,
            async () =>
            {
                cluster.Redis.Freeze();
                await Task.Delay(TimeSpan.FromSeconds(3));
                cluster.Redis.Thaw();
            }
        );
    }

    public static async Task<Verdict> KillAsync(Cluster cluster, int times)
    {
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        return await RepeatAsync(
            cluster,
            traffic,
            times,
            async () =>
            {
                traffic.Cut();
                await cluster.Redis.KillAsync();
                traffic.Cut();
                await Task.Delay(TimeSpan.FromMilliseconds(500));
                await cluster.Redis.StartAgainAsync();
            }
        );
    }

    /// <summary>Redis closes the connections that the nodes get messages by, then those that they send them by.</summary>
    public static async Task<Verdict> CutAsync(Cluster cluster, int times)
    {
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        string type = "normal";
        return await RepeatAsync(
            cluster,
            traffic,
            2 * times,
            async () =>
            {
                type = type == "pubsub" ? "normal" : "pubsub";
                traffic.Cut();
                string killed = await cluster.Redis.CommandAsync($"CLIENT KILL TYPE {type}");
                traffic.Cut();
                killed.Should().NotBe(":0");
            }
        );
    }

    /// <summary>Redis forgets the ids of commands: a repeat at another node must not arrive again.</summary>
    public static async Task<Verdict> ForgetAsync(Cluster cluster, int times)
    {
        const int backend = 9_000;
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        await using TextBackend first = await TextBackend.ConnectAsync(cluster["A"].Text);
        await using TextBackend second = await TextBackend.ConnectAsync(cluster["B"].Text);
        string[] uids = ["A0", "B0", "everywhere"];
        List<string> refused = [];
        for (int i = 1; i <= times * uids.Length; i++)
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"$cmd":"push","uid":"{{{uids[i % uids.Length]}}}","id":"{{{backend}}}-{{{i}}}","data":{"b":{{{backend}}},"n":{{{i}}}}}"""
            );
            string answer = await first.AskAsync(line);
            (await cluster.Redis.CommandAsync("FLUSHALL")).Should().Be("+OK");
            string[] repeated = await Task.WhenAll(second.AskAsync(line), first.AskAsync(line));
            if (answer != "ok" || repeated.Any(reply => reply != "ok"))
            {
                refused.Add($"{line}: {answer}, then {string.Join(" and ", repeated)}");
            }
        }
        Checker checker = await traffic.JudgeAsync();
        Verdict verdict = Verdict.Of(traffic, checker);
        return verdict with { Found = [.. verdict.Found, .. refused.Take(5)] };
    }

    private static async Task<Verdict> RepeatAsync(
        Cluster cluster,
        Traffic traffic,
        int times,
        Func<Task> fault
    )
    {
        List<double> healed = [];
        List<double> memory = [];
        for (int i = 0; i < times; i++)
        {
            double begun = traffic.Begin();
            await fault();
            double over = traffic.History.Now;
            traffic.End(begun, Healing);
            healed.Add(await traffic.HealAsync(over));
            if (!traffic.History.Cuts.IsEmpty)
            {
                traffic.Cut(); // From then until now.
            }
            memory.Add(cluster.Names.Max(name => cluster[name].Memory("VmRSS")));
        }
        Checker checker = await traffic.JudgeAsync();
        Verdict verdict = Verdict.Of(
            traffic,
            checker,
            $"healed after {string.Join(", ", healed.Select(Rounded))} ms",
            $"memory {string.Join(", ", memory.Select(Rounded))} MiB"
        );
        return memory[^1] - memory[0] < MemoryLimit
            ? verdict
            : verdict with
            {
                Found = [.. verdict.Found, "memory grows: " + verdict.Figures],
            };
    }

    private static string Rounded(double figure) =>
        figure.ToString("0", CultureInfo.InvariantCulture);
}
