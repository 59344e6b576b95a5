namespace PushBridge.Backplane.Redis;

/// <summary>This node among the others: who it is, what it is connected by, whom it knows. Shared by the parts of the backplane; thread-safe.</summary>
internal sealed class RedisNode(BackplaneOptions options, RedisChannels channels, PeerTable peers)
{
    private volatile RedisLink? link;
    private volatile bool isRestored;
    private volatile bool hasLeft;

    /// <summary>Of this run.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public HeldTopics Held { get; } = new();

    public PeerTable Peers => peers;

    /// <summary>Null while there is no connection.</summary>
    public RedisLink? Link
    {
        get => link;
        set => link = value;
    }

    /// <summary>Whether every topic is subscribed and every node known since this connection began.</summary>
    public bool IsRestored
    {
        get => isRestored;
        set => isRestored = value;
    }

    /// <summary>It has said goodbye: a hello after it would bring it back.</summary>
    public bool HasLeft
    {
        get => hasLeft;
        set => hasLeft = value;
    }

    /// <summary>The connection, if more may be sent by it at this moment.</summary>
    public RedisLink? Usable =>
        link is { } current && current.Accepts(options.Timeout) ? current : null;

    public BackplaneState State =>
        link is not { } current || current.IsStalled(options.Timeout) ? BackplaneState.Unreachable
        : isRestored ? BackplaneState.Available
        : BackplaneState.Restoring;

    /// <summary>The channels that say of each known node that it has missed nothing.</summary>
    public IReadOnlyCollection<string> ReadyChannels =>
        [.. peers.All.SelectMany(peer => channels.OfReady(peer.Id, peer.Generation))];
}
