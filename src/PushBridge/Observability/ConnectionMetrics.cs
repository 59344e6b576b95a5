using System.Diagnostics.Metrics;
using PushBridge.Connections;

namespace PushBridge.Observability;

/// <summary>Instruments over what is there at the moment: connections, uids, groups, and what waits for them.</summary>
internal sealed class ConnectionMetrics
{
    private static readonly (ConnectionKind Kind, string Name)[] Kinds =
    [
        (ConnectionKind.Raw, "raw"),
        (ConnectionKind.Hub, "hub"),
    ];

    private long queuedBytes;

    public ConnectionMetrics(ServerMetrics metrics, ConnectionRegistry registry)
    {
        Meter meter = metrics.Meter;
        meter.CreateObservableUpDownCounter(
            "pushbridge.connections",
            () => OfKinds(kind => registry.TotalOf(kind)),
            unit: null,
            "Live client connections, by kind"
        );
        meter.CreateObservableCounter(
            "pushbridge.opened",
            () => OfKinds(registry.OpenedOf),
            unit: null,
            "Client connections that came in, by kind"
        );
        meter.CreateObservableUpDownCounter(
            "pushbridge.uids",
            () => registry.Uids,
            unit: null,
            "Different uids that are connected"
        );
        meter.CreateObservableUpDownCounter(
            "pushbridge.groups",
            () => registry.Groups,
            unit: null,
            "Groups that somebody is in"
        );
        meter.CreateObservableUpDownCounter(
            "pushbridge.queue",
            () => QueuedBytes,
            "By",
            "Bytes that wait in all outbound queues, as of the last heartbeat"
        );
    }

    /// <summary>As of the last heartbeat: asking every queue costs as much as there are connections, and the heartbeat visits them anyway.</summary>
    public long QueuedBytes => Interlocked.Read(ref queuedBytes);

    public void SampleQueues(long bytes) => Interlocked.Exchange(ref queuedBytes, bytes);

    private static IEnumerable<Measurement<long>> OfKinds(Func<ConnectionKind, long> count) =>
        Kinds.Select(kind => new Measurement<long>(
            count(kind.Kind),
            new KeyValuePair<string, object?>("kind", kind.Name)
        ));
}
