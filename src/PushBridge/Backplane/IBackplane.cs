using PushBridge.Connections;

namespace PushBridge.Backplane;

/// <summary>Executes what another node sends; false when it is nothing that can be executed.</summary>
/// <param name="command">As it was given to <see cref="IBackplane.Send"/>; valid during the call only.</param>
/// <param name="flushes">Takes the connections to flush.</param>
/// <param name="answer">What it came to.</param>
internal delegate bool NodeCommandHandler(
    ReadOnlySpan<byte> command,
    FlushList flushes,
    out ValueTask<NodeReply> answer
);

/// <summary>
/// The other nodes of the same service. Guarantees of every implementation: what one thread sends to a topic reaches each node that
/// holds it at most once and in that order, in order too with what it sends to other topics; nothing sent comes back to its
/// sender; a reply is there within the time-out whatever happens to the others; and a complete reply of nobody means that
/// nobody will get it. Thread-safe.
/// </summary>
internal interface IBackplane
{
    /// <summary>False when there are no other nodes and never will be: then nothing needs to be sent.</summary>
    bool IsShared { get; }

    BackplaneState State { get; }

    /// <summary>The other nodes that have been heard of lately.</summary>
    IReadOnlyCollection<Peer> Peers { get; }

    /// <summary>Who executes what other nodes send; set once, before the start.</summary>
    NodeCommandHandler? Handler { set; }

    /// <summary>This node wants what is sent to the topic from now on, or no longer. Returns at once; calls for one topic alternate.</summary>
    void Hold(Topic topic, bool isHeld);

    /// <summary>
    /// Completes when what other nodes send to a topic that is held reaches this node, or when that cannot be had for the time being.
    /// </summary>
    Task WhenHeldAsync(Topic topic);

    /// <summary>Sends a command to the other nodes that hold the topic.</summary>
    /// <param name="topic">Who is meant.</param>
    /// <param name="command">Copied before the call returns.</param>
    /// <param name="expect">What the reply is to tell.</param>
    Task<NodesReply> Send(Topic topic, ReadOnlySpan<byte> command, Expect expect);

    /// <summary>Asks for the right to execute a command that must be executed once by all nodes together.</summary>
    ValueTask<SharedId> ClaimIdAsync(UInt128 id);

    /// <summary>
    /// Tells the others what came of a command that was <see cref="SharedIdState.Mine"/>, or that was executed because they were <see cref="SharedIdState.Unreachable"/>:
    /// then as soon as they are not.
    /// </summary>
    /// <param name="id">The claimed one.</param>
    /// <param name="connections">How many connections it reached; null when it had no effect and may be tried again.</param>
    void SettleId(UInt128 id, int? connections);

    /// <summary>Says goodbye: from then on the others do not miss this node. What they send still reaches it until it ends.</summary>
    Task LeaveAsync();
}
