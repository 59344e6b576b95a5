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
                TrafficMode.Broadcast(name, new() { Clients = 1000, Window = 1 }, server),
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
    /// <param name="json">Rows as JSON.</param>
    /// <param name="results">A document whose table is replaced, or null.</param>
    public static bool Run(bool json, string? results)
    {
        (string Before, string After)? document = results is null
            ? null
            : SuiteTable.Split(results);
        SuiteTable table = new();
        bool verified = true;
        foreach (Entry entry in Entries)
        {
            using ServerProcess server = ServerProcess.Start();
            LoadRow row = Guarded(entry, server);
            verified &= row.Problem is null;
            Console.WriteLine(json ? row.ToJson() : row.ToString());
            table.Add(row, entry.Goals);
        }
        if (document is var (before, after))
        {
            File.WriteAllText(results!, $"{before}\n\n{table}\n{after}");
        }
        Console.WriteLine();
        Console.Write(table);
        return verified;
    }

    private static Entry Push(string name, LoadSettings settings, params Goal[] goals) =>
        new(name, (title, server) => TrafficMode.Push(title, settings, server), goals);

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
}
