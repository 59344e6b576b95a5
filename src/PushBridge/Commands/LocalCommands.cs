using PushBridge.Connections;
using PushBridge.Delivery;

namespace PushBridge.Commands;

/// <summary>
/// What a command does to the connections of this node, whichever node it came to. Thread-safe, and never waits. Connections that
/// got a message are in the caller's <see cref="FlushList"/>, and the caller flushes them, so that a batch of commands costs each
/// client one send. Commands of one caller reach a uid in the order they were executed.
/// </summary>
internal sealed class LocalCommands(
    ConnectionRegistry registry,
    MessageDelivery delivery,
    CoarseClock clock
)
{
    /// <param name="command">What the parser made of <paramref name="line"/>.</param>
    /// <param name="line">The bytes that the command's payload is a range of.</param>
    /// <param name="flushes">Takes the connections to flush.</param>
    public Outcome Execute(Command command, ReadOnlySpan<byte> line, FlushList flushes) =>
        command.Kind switch
        {
            CommandKind.PushLine or CommandKind.Push => Push(command, line, flushes),
            CommandKind.Broadcast => Broadcast(command, line, flushes),
            CommandKind.Group => ToGroups(command, line, flushes),
            CommandKind.Join => Reached(JoinGroup(command)),
            CommandKind.Leave => Reached(LeaveGroup(command)),
            CommandKind.Kick => Reached(Kick(command)),
            CommandKind.Online => Online(command),
            CommandKind.Count => Count(command),
            CommandKind.Connections => Reached(
                delivery.ToIds(command.ConnectionIds, MessageOf(command, line), flushes)
            ),
            _ => Outcome.Success(),
        };

    private Outcome Push(Command command, ReadOnlySpan<byte> line, FlushList flushes)
    {
        if (!AnyOnline(command.Uids))
        {
            return Outcome.Fail(FailReason.Offline);
        }
        return Reached(delivery.ToUids(command.Uids, MessageOf(command, line), flushes));
    }

    private Outcome Broadcast(Command command, ReadOnlySpan<byte> line, FlushList flushes)
    {
        Fanout fanout = delivery.ToAll(ExceptionsOf(command), MessageOf(command, line), flushes);
        return Outcome.Success(fanout.Accepted);
    }

    private Outcome ToGroups(Command command, ReadOnlySpan<byte> line, FlushList flushes) =>
        Reached(
            delivery.ToGroups(
                command.Groups,
                ExceptionsOf(command),
                MessageOf(command, line),
                flushes
            )
        );

    private int JoinGroup(Command command)
    {
        string group = command.Groups[0].ToString();
        return CountConnections(command, connection => registry.Join(connection, group));
    }

    private int LeaveGroup(Command command)
    {
        string group = command.Groups[0].ToString();
        return CountConnections(command, connection => registry.Leave(connection, group));
    }

    private int Kick(Command command)
    {
        string? reason = command.Reason;
        return CountConnections(
            command,
            connection =>
            {
                connection.Close(CloseReason.Kicked, reason);
                return true;
            }
        );
    }

    /// <summary>For how many of the named connections the action took effect; a name given twice counts once.</summary>
    private int CountConnections(Command command, Func<ClientConnection, bool> action)
    {
        int count = 0;
        foreach (string id in command.ConnectionIds.ToSet() ?? [])
        {
            count += registry.Find(id) is { } connection && action(connection) ? 1 : 0;
        }
        foreach (string uid in command.Uids.ToSet() ?? [])
        {
            foreach (ClientConnection connection in registry.OfUid(uid))
            {
                count += action(connection) ? 1 : 0;
            }
        }
        return count;
    }

    private Outcome Online(Command command)
    {
        UidPresence[] online = new UidPresence[command.Uids.Count];
        for (int i = 0; i < online.Length; i++)
        {
            online[i] = new UidPresence(
                command.Uids[i].ToString(),
                registry.OfUid(command.Uids[i]).Length
            );
        }
        return new Outcome(FailReason.None, online.Sum(uid => uid.Connections), Online: online);
    }

    private Outcome Count(Command command)
    {
        if (command.Groups.Count == 0)
        {
            return new Outcome(FailReason.None, registry.Identified, registry.Uids);
        }
        HashSet<string> uids = new(StringComparer.Ordinal);
        int connections = 0;
        foreach (ClientConnection member in registry.OfGroup(command.Groups[0])?.Members ?? [])
        {
            connections++;
            uids.Add(member.Uid ?? "");
        }
        return new Outcome(FailReason.None, connections, uids.Count);
    }

    private Message MessageOf(Command command, ReadOnlySpan<byte> line) =>
        Message.Text(line[command.Payload], clock.Now, command.IsInvocation);

    private static Exceptions ExceptionsOf(Command command) =>
        new(command.Except, command.ConnectionIds);

    private bool AnyOnline(NameList uids)
    {
        for (int i = 0; i < uids.Count; i++)
        {
            if (registry.OfUid(uids[i]).Length > 0)
            {
                return true;
            }
        }
        return false;
    }

    private static Outcome Reached(int connections) =>
        connections > 0 ? Outcome.Success(connections) : Outcome.Fail(FailReason.Offline);

    private static Outcome Reached(Fanout fanout) =>
        fanout switch
        {
            { Accepted: > 0 } => Outcome.Success(fanout.Accepted),
            { Full: > 0 } => Outcome.Fail(FailReason.Overloaded),
            _ => Outcome.Fail(FailReason.Offline),
        };
}
