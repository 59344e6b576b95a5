using System.Globalization;
using System.Text;
using PushBridge.Benchmarks.Load.Servers;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>The standard rows, one after the other, each with a server of its own, as a markdown table.</summary>
internal static class Suite
{
    private sealed record Entry(
        string Name,
        Func<string, ServerProcess, LoadRow> Run,
        params Goal[] Goals
    );

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    private static readonly Entry[] Entries =
    [
        Push(
            "push, 100 clients, 40 B",
            new() { Clients = 100 },
            Goal.PerSecond(300_000),
            Goal.Cpu(3.2)
        ),
        Push(
            "push, 2,000 clients, 40 B",
            new() { Clients = 2000 },
            Goal.PerSecond(100_000),
            Goal.DeliveryP99(10_000)
        ),
        Push("push, 10,000 clients, 40 B", new() { Clients = 10_000 }),
        Push("push, 100 clients, 512 B", new() { Clients = 100, Bytes = 512 }),
        Push("push to 1 uid beside 10 others", new() { Clients = 1, Bystanders = 10 }),
        Push("push to 1 uid beside 10,000 others", new() { Clients = 1, Bystanders = 10_000 }),
        Push(
            "16 backends, request/response",
            new() { Publishers = 16, Window = 1 },
            Goal.PerSecond(50_000),
            Goal.ReplyP99(1500)
        ),
        Push("2,000 commands/s", new() { Rate = 2000 }, Goal.Cpu(45)),
        new(
            "broadcast to 1,000 clients",
            (name, server) =>
                TrafficMode.Broadcast(
                    name,
                    new()
                    {
                        Clients = 1000,
                        Window = 1,
                        Measured = Measured,
                    },
                    server
                ),
            Goal.PerSecond(105_000)
        ),
        new(
            "10,000 idle connections",
            (name, server) => IdleMode.Run(name, new() { Clients = 10_000 }, server),
            Goal.BytesPerConnection(5500),
            Goal.Cpu(130)
        ),
        new(
            "connect, uid, close, 64 at a time",
            (name, server) => ChurnMode.Run(name, new() { Clients = 64 }, server)
        ),
    ];

    /// <summary>Whether every row was verified.</summary>
    public static bool Run(Func<ServerProcess> startServer, bool json)
    {
        StringBuilder table = new(
            """
            | run | k/s | CPU s per million | against the first row | delivery p50, p99 | reply p50, p99 | B per connection | RSS MB | goals |
            |---|---|---|---|---|---|---|---|---|

            """
        );
        LoadRow? first = null;
        bool verified = true;
        foreach (Entry entry in Entries)
        {
            using ServerProcess server = startServer();
            LoadRow row = Guarded(entry, server);
            first ??= row;
            verified &= row.Problem is null;
            Console.WriteLine(json ? row.ToJson() : row.ToString());
            table.AppendLine(Line(row, first, entry.Goals));
        }
        Console.WriteLine();
        Console.Write(table);
        return verified;
    }

    private static Entry Push(string name, LoadSettings settings, params Goal[] goals) =>
        new(
            name,
            (title, server) =>
                TrafficMode.Push(title, settings with { Measured = Measured }, server),
            goals
        );

    private static LoadRow Guarded(Entry entry, ServerProcess server)
    {
        try
        {
            return entry.Run(entry.Name, server);
        }
        catch (LoadException problem)
        {
            return new LoadRow(entry.Name) { Problem = problem.Message };
        }
    }

    private static string Line(LoadRow row, LoadRow first, Goal[] goals)
    {
        string[] cells =
        [
            row.Problem is null ? row.Name : $"{row.Name} (WRONG: {row.Problem})",
            Number(row.PerSecond / 1000, "0.0"),
            Number(row.CpuSecondsPerMillion, "0.00"),
            Number(row.CpuSecondsPerMillion / first.CpuSecondsPerMillion, "0.00"),
            Pair(row.DeliveryP50, row.DeliveryP99),
            Pair(row.ReplyP50, row.ReplyP99),
            Number(row.BytesPerConnection, "#,0"),
            Number(row.ResidentMegabytes, "0"),
            string.Join("<br>", goals.Select(goal => goal.Judge(row))),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    private static string Number(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Pair(double? p50, double? p99) =>
        p50 is null ? "" : $"{LoadRow.Time(p50)}, {LoadRow.Time(p99)}";
}
