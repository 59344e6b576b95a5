using System.Reflection;
using PushBridge.Backplane;
using PushBridge.Connections;

namespace PushBridge.Operators;

/// <summary>Puts together what operators look at. Takes no lock that a push takes.</summary>
internal sealed class StatsReader(
    ServerMetrics metrics,
    ConnectionMetrics connections,
    ConnectionRegistry registry,
    AdmissionGate gate,
    IBackplane backplane,
    CoarseClock clock,
    TimeProvider time
)
{
    private static readonly string Version = typeof(StatsReader)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion;

    public ServerStats Read() =>
        new(
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            Node(),
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["raw"] = registry.TotalOf(ConnectionKind.Raw),
                ["hub"] = registry.TotalOf(ConnectionKind.Hub),
            },
            registry.OpenedOf(ConnectionKind.Raw) + registry.OpenedOf(ConnectionKind.Hub),
            registry.Uids,
            registry.Groups,
            connections.QueuedBytes,
            metrics
                .Commands.Rows.Index()
                .ToDictionary(
                    door => door.Item,
                    IReadOnlyDictionary<string, long> (door) => Row(metrics.Commands, door.Index),
                    StringComparer.Ordinal
                ),
            metrics.Messages.Value,
            metrics.Deliveries.Value,
            metrics.SlowConsumers.Value,
            Sums(metrics.Closes),
            Sums(metrics.Refusals),
            Sums(metrics.Limits),
            Backplane()
        );

    private BackplaneStats? Backplane() =>
        backplane.IsShared
            ? new BackplaneStats(
                backplane.State.ToWord(),
                [
                    .. backplane
                        .Peers.OrderBy(peer => peer.Name, StringComparer.Ordinal)
                        .Select(peer => new OtherNodeStats(
                            peer.Name,
                            peer.Version,
                            peer.Connections,
                            peer.Uids,
                            peer.UptimeSeconds
                        )),
                ]
            )
            : null;

    private NodeStats Node() =>
        new(
            Environment.MachineName,
            Environment.ProcessId,
            Version,
            Environment.Version.ToString(),
            Math.Round(clock.Exact / 1000.0, 1),
            Environment.WorkingSet,
            Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 2),
            Environment.ProcessorCount,
            gate.IsLeaving
        );

    /// <summary>What has happened at all, by column.</summary>
    private static Dictionary<string, long> Row(CounterTable table, int row) =>
        table
            .Columns.Index()
            .Select(column => (column.Item, Count: table[row, column.Index]))
            .Where(column => column.Count > 0)
            .ToDictionary(column => column.Item, column => column.Count, StringComparer.Ordinal);

    private static Dictionary<string, long> Sums(CounterTable table) =>
        table
            .Rows.Index()
            .SelectMany(row => Row(table, row.Index))
            .GroupBy(cell => cell.Key, cell => cell.Value, StringComparer.Ordinal)
            .ToDictionary(column => column.Key, column => column.Sum(), StringComparer.Ordinal);
}
