using System.Globalization;
using PushBridge.Hosting.Options;
using PushBridge.Operators;

namespace PushBridge.Server.CommandLine;

/// <summary>A server's numbers for people.</summary>
internal static class StatusReport
{
    public static void Write(
        TextWriter output,
        ServerStats stats,
        IReadOnlyList<PushListener> listeners
    )
    {
        NodeStats node = stats.Node;
        string pid = node.Pid.ToString(CultureInfo.InvariantCulture);
        output.WriteLine($"PushBridge {node.Version} on {node.Name}: {StateOf(node)}, pid {pid}");
        output.WriteLine(
            $"  up {Figures.Time(node.UptimeSeconds)}, {node.Cores} cores, {Figures.Time(node.CpuSeconds)} of CPU, {Figures.Bytes(node.MemoryBytes)}, .NET {node.Runtime}"
        );
        output.WriteLine();
        WriteListeners(output, listeners);
        output.WriteLine();
        WriteBackplane(output, stats);
        WriteTotals(output, stats);
        WriteCommands(output, stats);
        WriteCounts(output, "clients ended by the server, by close code", stats.Closes);
        WriteCounts(output, "connections refused, by HTTP status", stats.Refused);
        WriteCounts(output, "limits that somebody ran into", stats.Limits);
    }

    /// <summary>Whether it goes on running, in a word.</summary>
    public static string StateOf(NodeStats node) => node.IsDraining ? "draining" : "running";

    private static void WriteListeners(TextWriter output, IReadOnlyList<PushListener> listeners)
    {
        TextTable table = new("LISTENER", "PROTOCOL", "ADDRESS", "CONNECTIONS");
        foreach (PushListener listener in listeners)
        {
            table.Add(
                listener.Name,
                listener.Protocol.ToString().ToLowerInvariant(),
                AddressOf(listener),
                Figures.Count(listener.Connections)
            );
        }
        table.Write(output);
    }

    /// <summary>As who connects to it writes it.</summary>
    public static string AddressOf(PushListener listener) =>
        listener.Listen.StartsWith("unix:", StringComparison.Ordinal)
            ? listener.Listen
            : (listener.Protocol, listener.IsTls) switch
            {
                (ListenerProtocol.Text, false) => $"tcp://{listener.Listen}",
                (ListenerProtocol.Text, true) => $"tls://{listener.Listen}",
                (_, false) => $"http://{listener.Listen}",
                (_, true) => $"https://{listener.Listen}",
            };

    private static void WriteBackplane(TextWriter output, ServerStats stats)
    {
        if (stats.Backplane is not { } backplane)
        {
            return;
        }
        TextTable table = new($"OTHER NODES ({backplane.State})", "CONNECTIONS", "UIDS", "UP");
        foreach (OtherNodeStats node in backplane.Nodes)
        {
            table.Add(
                node.Name,
                Figures.Count(node.Connections),
                Figures.Count(node.Uids),
                Figures.Time(node.UptimeSeconds)
            );
        }
        table.Write(output);
        output.WriteLine();
    }

    private static void WriteTotals(TextWriter output, ServerStats stats)
    {
        TextTable now = new("NOW", "");
        foreach ((string kind, long count) in stats.Connections)
        {
            now.Add($"{kind} connections", Figures.Count(count));
        }
        now.Add("uids", Figures.Count(stats.Uids));
        now.Add("groups", Figures.Count(stats.Groups));
        now.Add("waiting in queues", Figures.Bytes(stats.QueueBytes));
        now.Write(output);
        output.WriteLine();
        TextTable since = new("SINCE THE START", "");
        since.Add("connections opened", Figures.Count(stats.Opened));
        since.Add("messages", Figures.Count(stats.Messages));
        since.Add("deliveries", Figures.Count(stats.Deliveries));
        since.Add("slow clients cut", Figures.Count(stats.SlowConsumers));
        since.Write(output);
    }

    private static void WriteCommands(TextWriter output, ServerStats stats)
    {
        string[] outcomes =
        [
            .. stats
                .Commands.Values.SelectMany(row => row.Keys)
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(outcome => outcome == "ok")
                .ThenBy(outcome => outcome, StringComparer.Ordinal),
        ];
        if (outcomes.Length == 0)
        {
            return;
        }
        TextTable table = new(["COMMANDS BY", .. outcomes]);
        foreach ((string door, IReadOnlyDictionary<string, long> row) in stats.Commands)
        {
            if (row.Count > 0)
            {
                table.Add([
                    door,
                    .. outcomes.Select(outcome => Figures.Count(row.GetValueOrDefault(outcome))),
                ]);
            }
        }
        output.WriteLine();
        table.Write(output);
    }

    private static void WriteCounts(
        TextWriter output,
        string title,
        IReadOnlyDictionary<string, long> counts
    )
    {
        if (counts.Count > 0)
        {
            output.WriteLine();
            output.WriteLine(
                $"{title}: {string.Join(", ", counts.Select(count => $"{count.Key} {Figures.Count(count.Value)}"))}"
            );
        }
    }
}
