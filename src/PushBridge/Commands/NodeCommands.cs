using System.Buffers;
using Microsoft.Extensions.Options;
using PushBridge.Backplane;
using PushBridge.Connections;

namespace PushBridge.Commands;

/// <summary>
/// Commands among several nodes: what a command does here and what it does on the others together make its outcome, and what other
/// nodes send is executed here. Connections of this node come first: they decide, where they can, whatever the others do.
/// Thread-safe, but for <see cref="TryHandle"/>.
/// </summary>
internal sealed class NodeCommands(
    IBackplane backplane,
    LocalCommands local,
    DeliveredIds delivered,
    IOptions<BackplaneOptions> options
)
{
    /// <summary>A command to more uids goes to every node once, rather than once for each uid: its payload may be large.</summary>
    private const int MaxTopics = 4;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    private readonly bool nodesAnswer = options.Value.Acknowledge == BackplaneAcknowledge.Node;
    private readonly Command received = new();

    /// <summary>Executes here, and has it executed by the others.</summary>
    public ValueTask<Outcome> Execute(
        Command command,
        ReadOnlySpan<byte> line,
        FlushList flushes,
        in Claim claim
    )
    {
        Outcome here = ExecuteHere(command, line, flushes, claim.Id);
        Expect expect = Needs(command, here, claim);
        Task<NodesReply> there = Send(command, line[command.Payload], expect, claim.Id);
        bool isJoin = command.Kind == CommandKind.Join && here.Ok;
        if (there.IsCompletedSuccessfully && !isJoin)
        {
            return ValueTask.FromResult(
                Together(here, there.Result, expect, command.Kind, claim.IsIsolated)
            );
        }
        return JoinedAsync(
            here,
            there,
            expect,
            command.Kind,
            claim.IsIsolated,
            isJoin ? Topic.OfGroup(command.Groups[0]) : null
        );
    }

    /// <summary>False on a single node.</summary>
    public bool HasOthers => backplane.IsShared;

    /// <summary>Completes when messages of other nodes to a group that somebody here has joined reach it.</summary>
    public Task WhenJoinedAsync(string group) => backplane.WhenHeldAsync(Topic.OfGroup(group));

    /// <summary>Sends what only the others have to execute; nobody waits for it.</summary>
    public void Tell(Command command, ReadOnlySpan<byte> payload)
    {
        if (backplane.IsShared)
        {
            _ = Send(command, payload, Expect.Nothing, id: null);
        }
    }

    /// <summary>Like <see cref="Tell"/>, and completes when the others have done it, or did not in time.</summary>
    public async Task AskAsync(Command command)
    {
        if (backplane.IsShared)
        {
            await Send(command, default, Expect.Answers, id: null);
        }
    }

    /// <summary>Executes what another node has sent; false when it is no command of this version. One at a time.</summary>
    public bool TryHandle(
        ReadOnlySpan<byte> bytes,
        FlushList flushes,
        out ValueTask<NodeReply> answer
    )
    {
        answer = default;
        if (!NodeEnvelope.TryRead(bytes, received, out UInt128? id))
        {
            return false;
        }
        NodeReply reply = ReplyOf(ExecuteHere(received, bytes, flushes, id));
        answer =
            received.Kind == CommandKind.Join && reply.Connections > 0
                ? HeldAsync(reply, Topic.OfGroup(received.Groups[0]))
                : ValueTask.FromResult(reply);
        return true;
    }

    private Outcome ExecuteHere(
        Command command,
        ReadOnlySpan<byte> line,
        FlushList flushes,
        UInt128? id
    )
    {
        if (id is not { } key)
        {
            return local.Execute(command, line, flushes);
        }
        // A second one waits: that it has not reached anybody yet would not be true for long.
        lock (delivered.TurnOf(key))
        {
            if (!delivered.IsNew(key, out int reached))
            {
                return Outcome.Success(reached);
            }
            Outcome outcome = local.Execute(command, line, flushes);
            if (outcome.Connections > 0)
            {
                delivered.Add(key, outcome.Connections);
            }
            return outcome;
        }
    }

    /// <summary>
    /// What the answer still lacks. A plain yes is known as soon as somebody here took the message; a number never is before everybody
    /// was asked, and where members may be left out the broker's count of nodes says nothing.
    /// </summary>
    private Expect Needs(Command command, in Outcome here, in Claim claim)
    {
        if (claim.IsIsolated)
        {
            return Expect.Nothing; // The others cannot be reached: what is sent now is a try.
        }
        bool isNumber = ReplyForm.Of(command).IsJson || command.AcknowledgedByNodes;
        if (!isNumber && here is { Ok: true, Connections: > 0 } && command.Kind != CommandKind.Join)
        {
            return Expect.Nothing;
        }
        bool brokerKnows = command.Kind switch
        {
            CommandKind.PushLine or CommandKind.Push => command.Uids.Count <= MaxTopics,
            CommandKind.Group => command
                is { Groups.Count: 1, Except.Count: 0, ConnectionIds.Count: 0 },
            CommandKind.Broadcast => true,
            _ => false,
        };
        return isNumber || nodesAnswer || claim.Id is not null || !brokerKnows
            ? Expect.Answers
            : Expect.Receivers;
    }

    private Task<NodesReply> Send(
        Command command,
        ReadOnlySpan<byte> payload,
        Expect expect,
        UInt128? id
    )
    {
        int uids = command.Uids.Count;
        // With an id it is one command for every node that gets it.
        if (uids == 1 || (uids is > 1 and <= MaxTopics && id is null))
        {
            return SendToUids(command, payload, expect, id);
        }
        Topic topic =
            command is { Kind: CommandKind.Group, Groups.Count: 1 } && command.Uids.Count == 0
                ? Topic.OfGroup(command.Groups[0])
                : Topic.Everybody;
        return Send(topic, command, .., payload, expect, id);
    }

    private Task<NodesReply> SendToUids(
        Command command,
        ReadOnlySpan<byte> payload,
        Expect expect,
        UInt128? id
    )
    {
        if (command.Uids.Count == 1)
        {
            return Send(Topic.OfUid(command.Uids[0]), command, .., payload, expect, id);
        }
        List<(int At, Task<NodesReply> Reply)> replies = new(command.Uids.Count);
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < command.Uids.Count; i++)
        {
            Topic topic = Topic.OfUid(command.Uids[i]);
            if (seen.Add(topic.Name))
            {
                replies.Add((i, Send(topic, command, i..(i + 1), payload, expect, id)));
            }
        }
        return TogetherAsync(replies, command.Kind == CommandKind.Online ? command.Uids.Count : 0);
    }

    private Task<NodesReply> Send(
        Topic topic,
        Command command,
        Range uids,
        ReadOnlySpan<byte> payload,
        Expect expect,
        UInt128? id
    )
    {
        ArrayBufferWriter<byte> output = buffer ??= new ArrayBufferWriter<byte>();
        try
        {
            NodeEnvelope.Write(command, uids, payload, id, output);
            return backplane.Send(topic, output.WrittenSpan, expect);
        }
        finally
        {
            output.ResetWrittenCount();
        }
    }

    /// <param name="replies">Each about the uid at its place in the command.</param>
    /// <param name="asked">How many uids were asked about, where the question was who is online.</param>
    private static async Task<NodesReply> TogetherAsync(
        List<(int At, Task<NodesReply> Reply)> replies,
        int asked
    )
    {
        NodesReply total = NodesReply.Nobody;
        int[]? online = asked > 0 ? new int[asked] : null;
        foreach ((int at, Task<NodesReply> reply) in replies)
        {
            NodesReply one = await reply;
            if (online is not null)
            {
                online[at] = one.Sum.Online is [var connections] ? connections : 0;
            }
            total += one with { Sum = one.Sum with { Online = null } };
        }
        return total with { Sum = total.Sum with { Online = online } };
    }

    private async ValueTask<Outcome> JoinedAsync(
        Outcome here,
        Task<NodesReply> there,
        Expect expect,
        CommandKind kind,
        bool isIsolated,
        Topic? joined
    )
    {
        NodesReply reply = await there;
        if (joined is { } topic)
        {
            // Who is told that somebody is in the group may push to it through another node at once.
            await backplane.WhenHeldAsync(topic);
        }
        return Together(here, reply, expect, kind, isIsolated);
    }

    private async ValueTask<NodeReply> HeldAsync(NodeReply reply, Topic topic)
    {
        await backplane.WhenHeldAsync(topic);
        return reply;
    }

    private static Outcome Together(
        Outcome here,
        NodesReply there,
        Expect expect,
        CommandKind kind,
        bool isIsolated
    )
    {
        bool isComplete = there.IsComplete && !isIsolated;
        int connections = here.Connections + there.Sum.Connections;
        bool isQuestion = kind is CommandKind.Online or CommandKind.Count;
        if (isQuestion || connections > 0 || (kind == CommandKind.Broadcast && isComplete))
        {
            return new Outcome(
                FailReason.None,
                connections,
                here.Uids + there.Sum.Uids,
                Online(here.Online, there.Sum.Online),
                IsPartial: !isComplete && (isIsolated || expect == Expect.Answers)
            );
        }
        return Outcome.Fail(
            !isComplete ? FailReason.Unavailable
            : here.Reason == FailReason.Overloaded || there.Sum.Full > 0 ? FailReason.Overloaded
            : FailReason.Offline
        );
    }

    private static IReadOnlyList<UidPresence>? Online(
        IReadOnlyList<UidPresence>? here,
        int[]? there
    ) =>
        here is null || there is null || here.Count > there.Length
            ? here
            :
            [
                .. here.Zip(
                    there,
                    (uid, others) => uid with { Connections = uid.Connections + others }
                ),
            ];

    private static NodeReply ReplyOf(Outcome outcome) =>
        new(
            outcome.Connections,
            outcome.Reason == FailReason.Overloaded ? 1 : 0,
            outcome.Uids ?? 0,
            outcome.Online?.Select(uid => uid.Connections).ToArray()
        );
}
