using PushBridge.Connections;

namespace PushBridge.Operators;

/// <summary>Finds uids and tells about their connections, at a cost that has a limit however many there are, and without any lock.</summary>
internal sealed class UidFinder(
    ConnectionRegistry registry,
    ServerMetrics metrics,
    CoarseClock clock
)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;

    private const int MaxVisited = 50_000;
    private const int MaxConnections = 100;
    private const int MaxClosed = 10;

    private static readonly Comparer<UidConnections> ByUid = Comparer<UidConnections>.Create(
        (left, right) => string.CompareOrdinal(left.Uid, right.Uid)
    );

    /// <summary>
    /// Uids that begin with the text, whatever the case, in order. Partial when there are more than the limit or more are connected
    /// than are looked at; the uid that is exactly the text is always found.
    /// </summary>
    public UidList Find(string text, int limit)
    {
        SortedSet<UidConnections> found = new(ByUid);
        bool partial = false;
        int visited = 0;
        foreach ((string uid, int connections) in registry.ByUid)
        {
            if (++visited > MaxVisited)
            {
                partial = true;
                break;
            }
            if (uid.StartsWith(text, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(new UidConnections(uid, connections));
                partial |= found.Count > limit && found.Remove(found.Max!);
            }
        }
        if (registry.OfUid(text).Length is var exact and > 0)
        {
            found.Add(new UidConnections(text, exact));
        }
        return new UidList(true, [.. found.Take(limit)], partial);
    }

    public UidDetails Describe(string uid)
    {
        long now = clock.Exact;
        ReadOnlySpan<ClientConnection> present = registry.OfUid(uid);
        List<ConnectionDetails> connections = [];
        foreach (ClientConnection connection in present[..Math.Min(present.Length, MaxConnections)])
        {
            connections.Add(
                new ConnectionDetails(
                    connection.Id,
                    ServerMetrics.NameOf(connection.Kind),
                    Seconds(now - connection.OpenedAt),
                    connection.QueuedBytes
                )
            );
        }
        return new UidDetails(
            true,
            connections,
            [
                .. metrics
                    .RecentCloses.Of(uid)
                    .Take(MaxClosed)
                    .Select(close => new ClosedDetails(
                        ServerMetrics.NameOf(close.Kind),
                        close.Reason.Code,
                        close.Reason.Text,
                        Seconds(now - close.At)
                    )),
            ],
            present.Length > MaxConnections
        );
    }

    private static double Seconds(long milliseconds) => Math.Max(0, milliseconds) / 1000.0;
}
