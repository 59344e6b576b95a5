using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>
/// Backends and clients on every node of a cluster, and the history of what they do: some uids are on one node, some on two, some nowhere.
/// </summary>
internal sealed partial class Traffic : IAsyncDisposable
{
    private const int UidsOfANode = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Cluster cluster;
    private readonly List<Client> clients = [];
    private readonly List<Pusher> pushers = [];
    private readonly List<Task> watches = [];
    private readonly ConcurrentDictionary<(int Connection, int Backend), int> latest = new();
    private readonly Standstills standstills;
    private readonly string[] uids;
    private int backends;

    private Traffic(Cluster cluster)
    {
        this.cluster = cluster;
        standstills = new Standstills(History);
        uids =
        [
            .. cluster.Names.SelectMany(UidsOf).Distinct(StringComparer.Ordinal),
            "nobody",
            "nobody-else",
        ];
    }

    public History History { get; } = new();

    /// <summary>Starts, and returns when every node reaches every client.</summary>
    public static async Task<Traffic> StartAsync(Cluster cluster)
    {
        Traffic traffic = new(cluster);
        foreach (string node in cluster.Names)
        {
            await traffic.EnterAsync(node);
        }
        await traffic.SettleAsync();
        foreach (Pusher pusher in traffic.pushers)
        {
            pusher.Start();
        }
        traffic.watches.Add(traffic.standstills.WatchSelfAsync());
        return traffic;
    }

    /// <summary>A fault begins; the result is to be given to <see cref="End"/>.</summary>
    public double Begin() => History.Now;

    /// <summary>A fault is over; from <paramref name="healing"/> on everything must be well again.</summary>
    public void End(double begun, TimeSpan healing) =>
        History.Faults.Enqueue(new Fault(begun, History.Now + healing.TotalMilliseconds));

    /// <summary>Redis or the network cuts the nodes' links at this moment; what was sent over them shortly before may be lost.</summary>
    public void Cut(params string[] nodes)
    {
        foreach (string node in nodes.Length == 0 ? [.. cluster.Names] : nodes)
        {
            CutSince(node, History.Now);
        }
    }

    /// <summary>The same at some moment between that one and now; nobody knows which.</summary>
    public void CutSince(string node, double since) =>
        History.Cuts.Enqueue(new Cut(node, since, History.Now));

    /// <summary>The node's clients are about to lose their connections.</summary>
    public void Leaving(string node)
    {
        foreach (Client client in clients.Where(client => client.Is(node)))
        {
            client.Connection.HealthyUntil = Math.Min(client.Connection.HealthyUntil, History.Now);
        }
    }

    /// <summary>They have lost them.</summary>
    public void Left(string node)
    {
        foreach (Client client in clients.Where(client => client.Is(node)))
        {
            client.Connection.GoneAt = Math.Min(client.Connection.GoneAt, History.Now);
        }
    }

    /// <summary>The node is there: clients come to it and backends push by it.</summary>
    public async Task EnterAsync(string node)
    {
        foreach (string uid in UidsOf(node))
        {
            await JoinAsync(node, uid);
        }
        Pusher pusher = await Pusher.ConnectAsync(History, ++backends, node, cluster[node], uids);
        pushers.Add(pusher);
        watches.Add(standstills.WatchAsync(node, cluster[node]));
    }

    /// <summary>The same while others push; returns when every node reaches the new clients.</summary>
    public async Task EnterAgainAsync(string node)
    {
        await EnterAsync(node);
        await SettleAsync();
        pushers[^1].Start();
    }

    /// <summary>Completes when everybody has been reached from everywhere after that moment; returns how many milliseconds that took.</summary>
    public async Task<double> HealAsync(double since)
    {
        await UntilAsync(
            () => pushers.Where(pusher => !pusher.IsBroken).All(pusher => Reaches(pusher, since)),
            "everybody is reached from everywhere"
        );
        return Checker.RefusedAfter(History, since);
    }

    /// <summary>Completes when a push after that moment to somebody on the node was answered so by every other node.</summary>
    public Task WhenAnsweredAsync(string node, PushAnswer answer, double since) =>
        UntilAsync(
            () =>
                pushers
                    .Where(pusher => !pusher.IsBroken && pusher.Node != node)
                    .All(pusher =>
                        Pushes(since)
                            .Any(push =>
                                push.Backend == pusher.Id
                                && push.Uid.StartsWith(node, StringComparison.Ordinal)
                                && push.Answer == answer
                            )
                    ),
            $"pushes to {node} are {answer}"
        );

    /// <summary>Clients of the node that come back to another one.</summary>
    public async Task MoveAsync(string from, string to)
    {
        foreach (string uid in UidsOf(from).Take(UidsOfANode))
        {
            await JoinAsync(to, uid);
        }
        await SettleAsync();
    }

    /// <summary>Stops pushing, sees that everybody can be reached from everywhere again, and judges.</summary>
    public async Task<Checker> JudgeAsync()
    {
        await Task.WhenAll(pushers.Select(pusher => pusher.StopAsync()));
        await SettleAsync();
        foreach (string node in cluster.Names)
        {
            ReadCuts(node);
        }
        return Checker.Judge(History);
    }

    /// <summary>
    /// What the node itself says of links that it has lost: not every cut is one of ours. Until it has another one, Redis may count it by the one that it is
    /// giving up.
    /// </summary>
    private void ReadCuts(string node)
    {
        double? lost = null;
        foreach (Match line in Link().Matches(cluster[node].Output))
        {
            double at = History.At(
                DateTimeOffset.Parse(line.Groups["time"].Value, CultureInfo.InvariantCulture)
            );
            bool isLost = line.Groups["lost"].Success;
            if (!isLost && lost is { } from && at > 0)
            {
                History.Cuts.Enqueue(new Cut(node, from, at));
            }
            lost = isLost ? lost ?? at : null;
        }
        if (lost is { } last)
        {
            CutSince(node, last);
        }
    }

    [GeneratedRegex(
        "^(?<time>[0-9T:.-]+Z) .*Backplane: ((?<lost>lost the connection)|available)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Link();

    public async ValueTask DisposeAsync()
    {
        standstills.Stop();
        foreach (Pusher pusher in pushers)
        {
            await pusher.DisposeAsync();
        }
        foreach (Client client in clients)
        {
            await client.Raw.DisposeAsync();
        }
        await Task.WhenAll(watches);
    }

    private bool Reaches(Pusher pusher, double since)
    {
        HashSet<string> reached = new(StringComparer.Ordinal);
        foreach (Push push in Pushes(since))
        {
            if (push.Backend == pusher.Id && push.Answer == PushAnswer.Ok)
            {
                reached.Add(push.Uid);
            }
        }
        return Here().All(uid => reached.Contains(uid.Key));
    }

    private IEnumerable<Push> Pushes(double since) =>
        History.Pushes.Where(push => push.SentAt > since);

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using CancellationTokenSource deadline = new(Patience);
        while (!condition())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Not in time: {what}");
            }
            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>Four of its own, and one that is on the first node as well.</summary>
    private IEnumerable<string> UidsOf(string node) =>
        [
            .. Enumerable
                .Range(0, UidsOfANode)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"{node}{i}")),
            "everywhere",
        ];

    private async Task JoinAsync(string node, string uid)
    {
        Connection connection = new(clients.Count + 1, uid, node, History.Now);
        History.Connections.Enqueue(connection);
        RawClient raw = await RawClient.ConnectAsync(
            cluster[node].ClientsUrl,
            uid,
            message => Received(connection.Id, message)
        );
        clients.Add(new Client(connection, raw));
    }

    private void Received(int connection, string message)
    {
        Match match = Payload().Match(message);
        int backend = int.Parse(match.Groups["b"].ValueSpan, CultureInfo.InvariantCulture);
        int number = int.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture);
        History.Receipts.Enqueue(new Receipt(connection, backend, number, History.Now));
        latest[(connection, backend)] = number;
    }

    /// <summary>
    /// Pushes to everybody from everywhere until it arrives everywhere. What had been pushed before is then here, too, or lost: a later message
    /// of the same backend does not overtake it.
    /// </summary>
    private async Task SettleAsync()
    {
        double deadline = History.Now + Patience.TotalMilliseconds;
        foreach (Pusher pusher in pushers.Where(pusher => !pusher.IsBroken))
        {
            foreach (IGrouping<string, Client> uid in Here())
            {
                await ReachAsync(pusher, uid.Key, [.. uid], deadline);
            }
        }
        foreach (Client client in Here().SelectMany(uid => uid))
        {
            client.Connection.SettledAt = Math.Min(client.Connection.SettledAt, History.Now);
        }
    }

    private async Task ReachAsync(Pusher pusher, string uid, Client[] there, double deadline)
    {
        while (!pusher.IsBroken)
        {
            double started = History.Now;
            Push push = await pusher.PushOnceAsync(uid);
            while (History.Now < started + 1_000)
            {
                if (there.All(client => Has(client, push)))
                {
                    return;
                }
                await Task.Delay(5);
            }
            if (History.Now > deadline)
            {
                throw new TimeoutException($"{pusher.Node} does not reach {uid}: {push}");
            }
        }
    }

    private bool Has(Client client, Push push) =>
        latest.GetValueOrDefault((client.Connection.Id, push.Backend)) >= push.Number;

    private IEnumerable<IGrouping<string, Client>> Here() =>
        clients
            .Where(client => double.IsPositiveInfinity(client.Connection.HealthyUntil))
            .GroupBy(client => client.Connection.Uid, StringComparer.Ordinal);

    [GeneratedRegex(
        "\"b\":(?<b>[0-9]+),\"n\":(?<n>[0-9]+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Payload();

    private sealed record Client(Connection Connection, RawClient Raw)
    {
        public bool Is(string node) =>
            string.Equals(Connection.Node, node, StringComparison.Ordinal)
            && double.IsPositiveInfinity(Connection.GoneAt);
    }
}
