using System.Globalization;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>What may happen to a node, C, among others; and what is no fault at all: a restart of one after the other.</summary>
internal static class NodeFaults
{
    /// <summary>After so long nobody waits any more for a node that is gone.</summary>
    private static readonly TimeSpan Mourning = TimeSpan.FromSeconds(5);

    public static async Task<Verdict> KillAsync(Cluster cluster, int times)
    {
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        List<double> unknown = [];
        for (int i = 0; i < times; i++)
        {
            traffic.Leaving("C");
            double begun = traffic.Begin();
            await cluster["C"].KillAsync();
            // Redis has seen what happened before its answer.
            await cluster.Redis.CommandAsync("PING");
            traffic.Left("C");
            double gone = traffic.History.Now;
            traffic.End(begun, Mourning);
            await traffic.WhenAnsweredAsync("C", PushAnswer.Offline, gone);
            unknown.Add(
                traffic
                    .History.Pushes.Where(push =>
                        push.SentAt > gone && push.Answer == PushAnswer.Unavailable
                    )
                    .Select(push => push.SentAt - gone)
                    .DefaultIfEmpty(0)
                    .Max()
            );
            await cluster.StartNodeAsync("C");
            await traffic.EnterAgainAsync("C");
        }
        Checker checker = await traffic.JudgeAsync();
        return Verdict.Of(
            traffic,
            checker,
            $"offline after {string.Join(", ", unknown.Select(Rounded))} ms"
        );
    }

    /// <summary>A node that stands still is still subscribed: by Redis's word it receives, by its own it does not.</summary>
    public static async Task<Verdict> FreezeAsync(Cluster cluster)
    {
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        double begun = traffic.Begin();
        await cluster["C"].FreezeAsync();
        double frozen = traffic.History.Now;
        await traffic.WhenAnsweredAsync("C", PushAnswer.Unavailable, frozen);
        await Task.Delay(TimeSpan.FromSeconds(1));
        double over = traffic.History.Now;
        await cluster["C"].ThawAsync();
        traffic.End(begun, Mourning);
        double healed = await traffic.HealAsync(traffic.History.Now);
        Checker checker = await traffic.JudgeAsync();
        Push[] asked =
        [
            .. traffic.History.Pushes.Where(push =>
                push.AsksNodes
                && push.Node != "C"
                && push.Uid.StartsWith('C')
                && push.SentAt > frozen
                && push.AnsweredAt < over
            ),
        ];
        Push[] wrong = [.. asked.Where(push => push.Answer is PushAnswer.Ok or PushAnswer.Offline)];
        Verdict verdict = Verdict.Of(
            traffic,
            checker,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{asked.Length} pushes for the frozen node's word, healed after {healed:0} ms"
            )
        );
        return verdict with
        {
            Found =
            [
                .. verdict.Found,
                .. wrong.Take(5).Select(push => $"a frozen node's word: {push}"),
            ],
        };
    }

    /// <summary>Every node is restarted; its clients go to another one meanwhile.</summary>
    public static async Task<Verdict> RestartAllAsync(Cluster cluster)
    {
        await using Traffic traffic = await Traffic.StartAsync(cluster);
        List<int> codes = [];
        string[] names = [.. cluster.Names];
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i];
            ServerProcess node = cluster[name];
            double begun = traffic.Begin();
            traffic.Leaving(name);
            await node.TerminateAsync();
            codes.Add(await node.ExitCodeAsync());
            traffic.Left(name);
            await traffic.MoveAsync(name, names[(i + 1) % names.Length]);
            await cluster.StartNodeAsync(name);
            await traffic.EnterAgainAsync(name);
            traffic.End(begun, TimeSpan.Zero);
        }
        Checker checker = await traffic.JudgeAsync();
        Verdict verdict = Verdict.Of(traffic, checker, $"exit codes {string.Join(", ", codes)}");
        return codes.All(code => code == 0)
            ? verdict
            : verdict with
            {
                Found = [.. verdict.Found, verdict.Figures],
            };
    }

    /// <summary>A node that finds no Redis when it starts serves its own clients, and joins the others when there is one.</summary>
    public static async Task<Verdict> StartFirstAsync()
    {
        List<string> found = [];
        await using RedisServer redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using ServerProcess a = await ServerProcess.StartAsync("--redis", redis.Address);
        History history = new();
        await using RawClient client = await RawClient.ConnectAsync(a.ClientsUrl, "A0");
        await using TextBackend backend = await TextBackend.ConnectAsync(a.Text);
        const string here = """{"uid":"A0"}""";
        const string there = """{"$cmd":"push","uid":"B0","data":1,"reply":"json"}""";
        await AskUntilAsync(backend, here, "ok");
        string first = await client.NextAsync();
        string unknown = await backend.AskAsync(there);
        if (first != here || unknown != """{"ok":false,"reason":"unavailable"}""")
        {
            found.Add($"without Redis: {first}, {unknown}");
        }
        await redis.StartAgainAsync();
        double came = history.Now;
        await using ServerProcess b = await ServerProcess.StartAsync("--redis", redis.Address);
        await using RawClient other = await RawClient.ConnectAsync(b.ClientsUrl, "B0");
        await AskUntilAsync(backend, there, """{"ok":true,"connections":1}""");
        string second = await other.NextAsync();
        if (second != "1")
        {
            found.Add($"with Redis: {second}");
        }
        return new Verdict(
            found,
            string.Create(
                CultureInfo.InvariantCulture,
                $"joined, with another node's start, after {history.Now - came:0} ms"
            )
        );
    }

    private static async Task AskUntilAsync(TextBackend backend, string line, string answer)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (await backend.AskAsync(line) != answer)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private static string Rounded(double figure) =>
        figure.ToString("0", CultureInfo.InvariantCulture);
}
