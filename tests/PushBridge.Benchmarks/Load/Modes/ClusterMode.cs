using System.Diagnostics;
using System.Globalization;
using System.Text;
using PushBridge.Benchmarks.Load.Clients;
using PushBridge.Benchmarks.Load.Publishing;
using PushBridge.Benchmarks.Load.Servers;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>Two nodes around a Redis server: what a push to the other node costs, and what many uids do.</summary>
internal static class ClusterMode
{
    private static readonly (string Name, Func<int, SequencedLine> Line)[] Forms =
    [
        ("plain, by Redis's word", SequencedLine.Push),
        ("\"ack\":\"node\"", bytes => SequencedLine.Command(bytes, "\"ack\":\"node\"")),
        ("\"reply\":\"json\"", bytes => SequencedLine.Command(bytes, "\"reply\":\"json\"")),
    ];

    /// <summary>The rows one after the other, on a cluster each; whether all were verified.</summary>
    public static bool Run(LoadSettings settings, int clients, int groups)
    {
        bool isVerified = true;
        foreach ((string name, Func<int, SequencedLine> line) in Forms)
        {
            using LoadCluster cluster = new();
            LoadRow row = TrafficMode.Across(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"to another node, {settings.Window} in flight, {name}"
                ),
                settings,
                line(settings.Bytes),
                cluster
            );
            Console.WriteLine(row);
            isVerified &= row.Problem is null;
        }
        Register(clients, groups);
        return isVerified;
    }

    /// <summary>
    /// Many clients come to the far node, and more groups than there could be descriptors; then Redis is killed, and everybody is to be
    /// reached again.
    /// </summary>
    private static void Register(int clients, int groups)
    {
        using LoadCluster cluster = new();
        using LoadLoop loop = new(cluster.Far.Clients, cluster.Near.Text);
        Publisher publisher = loop.AddPublisher();
        Quiet.Wait(loop, cluster.Usage);
        double redis = cluster.RedisUsage.ResidentBytes();
        double node = cluster.Far.Usage.ResidentBytes();
        long started = Stopwatch.GetTimestamp();
        loop.Connect(clients, 64);
        Report("uids connected, subscribed and reached", clients, Settle(loop, publisher, started));
        Quiet.Wait(loop, cluster.Usage);
        Report("Redis, bytes a uid", (cluster.RedisUsage.ResidentBytes() - redis) / clients);
        Report("node, bytes a client", (cluster.Far.Usage.ResidentBytes() - node) / clients);
        started = Stopwatch.GetTimestamp();
        Join(cluster, clients, groups);
        Report(
            "groups joined, one at a time on each of 16 connections",
            groups,
            Stopwatch.GetElapsedTime(started).TotalSeconds
        );

        string? before = cluster.Far.Restored;
        cluster.RestartRedis();
        started = Stopwatch.GetTimestamp();
        Report(
            "uids reached again after Redis came back",
            clients,
            Settle(loop, publisher, started)
        );
        loop.Until(
            () => !ReferenceEquals(cluster.Far.Restored, before),
            TimeSpan.FromSeconds(10),
            () => "the far node is not restored"
        );
        Console.WriteLine($"the far node: {cluster.Far.Restored}");
    }

    private static void Join(LoadCluster cluster, int clients, int groups)
    {
        const int connections = 16;
        using LoadLoop loop = new(cluster.Far.Clients, cluster.Far.Text);
        for (int i = 0; i < connections; i++)
        {
            loop.AddPublisher().Replied = (ok, _) =>
            {
                if (!ok)
                {
                    throw new LoadException("a join failed");
                }
            };
        }
        for (int group = 0; group < groups; group++)
        {
            byte[] line = Encoding.ASCII.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"$cmd":"join","uid":"{{RawClients.Uid(group % clients)}}","group":"{{group}}"}"""
                )
            );
            line.CopyTo(loop.Publishers[group % connections].NextLine(line.Length));
        }
        foreach (Publisher publisher in loop.Publishers)
        {
            publisher.Flush();
        }
        loop.Until(
            () => loop.Publishers.All(publisher => publisher.InFlight == 0),
            TimeSpan.FromSeconds(120),
            () => "not all groups were joined"
        );
    }

    private static double Settle(LoadLoop loop, Publisher publisher, long started)
    {
        Settling.Run(loop, publisher);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Report(string what, int count, double seconds) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count} {what}: {seconds:0.00} s, {count / seconds / 1000:0.0} k/s"
            )
        );

    private static void Report(string what, double figure) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {figure:0}"));
}
