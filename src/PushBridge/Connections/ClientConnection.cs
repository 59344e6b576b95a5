namespace PushBridge.Connections;

/// <summary>
/// One live link to a client, whatever it speaks. The registry knows it by id, uid and group; deliveries put messages into
/// its <see cref="OutboundQueue"/>; the heartbeat watches its deadlines.
/// </summary>
internal abstract class ClientConnection(string id, ConnectionKind kind, ClientServices services)
{
    private const long Never = long.MaxValue;

    private long expiresAt = Never;

    /// <summary>Unique in this process.</summary>
    public string Id { get; } = id;

    public ConnectionKind Kind { get; } = kind;

    /// <summary>The listener of ours that it came by; null for an application's own.</summary>
    public ListenerFeature? Listener { get; protected init; }

    /// <summary>When it came in, in milliseconds of the <see cref="CoarseClock"/>.</summary>
    public long OpenedAt { get; } = services.Clock.Exact;

    /// <summary>Who the client says it is; null until it has said so. Written by the registry only, once.</summary>
    public string? Uid { get; internal set; }

    /// <summary>The groups it is in, or null for none. Belongs to the registry, under its lock.</summary>
    public HashSet<string>? Groups { get; internal set; }

    protected ClientServices Services { get; } = services;

    protected abstract OutboundQueue Queue { get; }

    /// <summary>
    /// Offers a message. When the queue took it, the connection is in <paramref name="flushes"/>, or somebody else flushes it. A client that has let its queue fill up is cut here, and the others never wait for it.
    /// </summary>
    public PutResult Deliver(Message message, FlushList flushes)
    {
        PutResult result = Queue.Put(message);
        if (result == PutResult.AcceptedFlush)
        {
            flushes.Add(this);
        }
        else if (result == PutResult.Full)
        {
            Close(CloseReason.SlowConsumer);
        }
        return result;
    }

    /// <summary>Bytes that wait for it, without those a write is taking at this moment.</summary>
    public int QueuedBytes => Queue.PendingBytes;

    public void Flush() => Queue.Flush();

    /// <summary>Completes when everything accepted so far has been written.</summary>
    public Task WhenDrained() => Queue.WhenDrained();

    /// <summary>
    /// Ends the connection: nothing more is accepted, what waits is still written (not to a slow consumer), then the client
    /// is told why. Returns at once; the connection's own loop does the rest. Only the first reason counts.
    /// </summary>
    public void Close(CloseReason reason, string? text = null)
    {
        if (BeginClose(reason, text ?? reason.Text))
        {
            Services.Metrics.Closed(Kind, reason, Uid, Services.Clock.Now);
            Services.Log.Closing(Id, reason.Code, reason.Text);
        }
    }

    /// <summary>Gives the connection its identity: from now on pushes reach it. The first one stays; a crowded uid closes it.</summary>
    public void Identify(Identity identity)
    {
        switch (Services.Registry.Register(this, identity.Uid))
        {
            case RegisterResult.Registered:
                Extend(identity);
                break;
            case RegisterResult.TooMany:
                Close(CloseReason.TooManyConnections);
                break;
            default:
                break;
        }
    }

    /// <summary>Lets the identity hold for longer. Another uid than before ends the connection.</summary>
    public void Renew(Identity identity)
    {
        if (identity.Uid == Uid)
        {
            Extend(identity);
        }
        else
        {
            Close(CloseReason.BadToken);
        }
    }

    private void Extend(Identity identity)
    {
        Volatile.Write(ref expiresAt, identity.ExpiresAt ?? Never);
        foreach (string group in identity.Groups ?? [])
        {
            Services.Registry.Join(this, group);
        }
    }

    /// <summary>
    /// One beat of the server's heartbeat: deadlines are checked here, and nowhere else. A connection that is due sends the
    /// beat's <paramref name="ping"/>.
    /// </summary>
    public virtual void OnHeartbeat(long now, Message ping)
    {
        if (Uid is null && now - OpenedAt > Services.HelloTimeoutMs)
        {
            Close(CloseReason.HelloTimeout);
        }
        if (now >= Volatile.Read(ref expiresAt))
        {
            Close(CloseReason.TokenExpired);
        }
        if (Queue.IsOlderThan(now - Services.MaxQueueAgeMs))
        {
            Close(CloseReason.SlowConsumer);
        }
    }

    /// <summary>Starts closing; false when that had begun before.</summary>
    protected abstract bool BeginClose(CloseReason reason, string text);
}
