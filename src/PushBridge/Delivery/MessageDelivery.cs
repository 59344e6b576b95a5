using PushBridge.Connections;

namespace PushBridge.Delivery;

/// <summary>
/// Target to connections to outcome: finds who is meant and offers the message to each connection once, however many of the
/// named uids and groups it belongs to. Never waits for a client.
/// </summary>
internal sealed class MessageDelivery(ConnectionRegistry registry)
{
    /// <summary>To every connection of one uid.</summary>
    public Fanout ToUid(ReadOnlySpan<char> uid, Message message, FlushList flushes) =>
        Sent(ToConnections(registry.OfUid(uid), message, flushes), flushes);

    /// <summary>To every connection of each uid; a uid named twice counts once.</summary>
    public Fanout ToUids(NameList uids, Message message, FlushList flushes)
    {
        if (uids.Count == 1)
        {
            return ToUid(uids[0], message, flushes);
        }
        Fanout total = default;
        HashSet<string> seen = new(uids.Count, StringComparer.Ordinal);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = seen.GetAlternateLookup<
            ReadOnlySpan<char>
        >();
        for (int i = 0; i < uids.Count; i++)
        {
            if (lookup.Add(uids[i]))
            {
                total += ToConnections(registry.OfUid(uids[i]), message, flushes);
            }
        }
        return Sent(total, flushes);
    }

    /// <summary>To the members of each group but the excepted; costs per member.</summary>
    public Fanout ToGroups(
        NameList groups,
        in Exceptions except,
        Message message,
        FlushList flushes
    )
    {
        Fanout total = default;
        HashSet<ClientConnection>? seen = groups.Count > 1 ? [] : null;
        for (int i = 0; i < groups.Count; i++)
        {
            foreach (ClientConnection member in registry.OfGroup(groups[i])?.Members ?? [])
            {
                if (!except.Contain(member) && seen?.Add(member) != false)
                {
                    total += ToConnection(member, message, flushes);
                }
            }
        }
        return Sent(total, flushes);
    }

    /// <summary>To everybody who has said who he is, but the excepted.</summary>
    public Fanout ToAll(in Exceptions except, Message message, FlushList flushes)
    {
        Fanout total = default;
        foreach (ClientConnection connection in registry.All)
        {
            if (connection.Uid is not null && !except.Contain(connection))
            {
                total += ToConnection(connection, message, flushes);
            }
        }
        return Sent(total, flushes);
    }

    /// <summary>To connections by id, each once.</summary>
    public Fanout ToIds(NameList ids, Message message, FlushList flushes)
    {
        Fanout total = default;
        foreach (string id in ids.ToSet() ?? [])
        {
            if (registry.Find(id) is { } connection)
            {
                total += ToConnection(connection, message, flushes);
            }
        }
        return Sent(total, flushes);
    }

    private static Fanout Sent(Fanout fanout, FlushList flushes)
    {
        flushes.Sent(fanout.Accepted);
        return fanout;
    }

    private static Fanout ToConnections(
        ReadOnlySpan<ClientConnection> connections,
        Message message,
        FlushList flushes
    )
    {
        Fanout total = default;
        foreach (ClientConnection connection in connections)
        {
            total += ToConnection(connection, message, flushes);
        }
        return total;
    }

    private static Fanout ToConnection(
        ClientConnection connection,
        Message message,
        FlushList flushes
    ) =>
        connection.Deliver(message, flushes) switch
        {
            PutResult.Closed => default,
            PutResult.Full => new Fanout(0, 1),
            _ => new Fanout(1, 0),
        };
}
