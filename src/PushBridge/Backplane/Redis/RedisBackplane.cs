using Microsoft.Extensions.Options;

namespace PushBridge.Backplane.Redis;

/// <summary>
/// Several nodes around one Redis server, by publish and subscribe. A node subscribes to a channel for each uid and group that
/// it has somebody of, so that the number of receivers that PUBLISH returns is the answer, in one round trip and without a
/// table of who is where.
/// </summary>
/// <remarks>
/// <para>The number is trusted only as far as it goes. Where this node itself may be among the receivers, or a number of connections is
/// wanted, the nodes are asked. And nobody is only told that nobody is there when every node that is known has been subscribed
/// without interruption: each keeps a channel for that (<see cref="RedisChannels"/>).</para>
/// <para>Nothing waits here for longer than the time-out, and nothing without bound: when Redis stands still, commands are
/// turned away after that time instead of queueing behind those that do not get through.</para>
/// </remarks>
internal sealed class RedisBackplane : IBackplane
{
    private readonly RedisNode node;
    private readonly RedisChannels channels;
    private readonly RedisIds ids;
    private readonly Requests requests;
    private readonly NodeTraffic traffic;
    private readonly RedisPresence presence;
    private readonly Confirmations confirmations;
    private readonly BackplaneMetrics metrics;
    private readonly TimeSpan timeout;

    public RedisBackplane(
        RedisNode node,
        RedisChannels channels,
        RedisIds ids,
        Requests requests,
        NodeTraffic traffic,
        RedisPresence presence,
        BackplaneMetrics metrics,
        IOptions<BackplaneOptions> options
    )
    {
        this.node = node;
        this.channels = channels;
        this.ids = ids;
        this.requests = requests;
        this.traffic = traffic;
        this.presence = presence;
        this.metrics = metrics;
        timeout = options.Value.Timeout;
        confirmations = new Confirmations(node);
        traffic.Answered = confirmations.Confirm;
        traffic.Reply = (to, envelope) => Publish(channels.OfNode(to), envelope);
        metrics.Gauge(
            "state",
            () => (int)State,
            "1: Redis cannot be reached; 2: connected, not complete yet; 3: available"
        );
        metrics.Gauge("peers", () => node.Peers.Count, "Other nodes");
        metrics.Gauge("topics", () => node.Held.Count, "Uids and groups subscribed");
    }

    public bool IsShared => true;

    public BackplaneState State => node.State;

    public IReadOnlyCollection<Peer> Peers => node.Peers.All;

    public NodeCommandHandler? Handler
    {
        set => traffic.Handler = value;
    }

    public void Hold(Topic topic, bool isHeld) => node.Held.Hold(topic, isHeld);

    public async Task WhenHeldAsync(Topic topic)
    {
        if (node.Usable is null)
        {
            return;
        }
        try
        {
            await node.Held.WhenHeldAsync(topic).WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            // It will be, later; nobody is to wait for a broker that stands still.
        }
    }

    public Task<NodesReply> Send(Topic topic, ReadOnlySpan<byte> command, Expect expect)
    {
        if (node.Usable is not { } link)
        {
            metrics.Unsent.Add();
            return NodesReply.UnknownAtOnce;
        }
        if (expect == Expect.Receivers && node.Held.MayCount(topic))
        {
            expect = Expect.Answers;
        }
        if (expect == Expect.Nothing)
        {
            Publish(
                link,
                channels.Of(topic),
                Envelope.Seal(EnvelopeKind.Command, node.Id, 0, command)
            );
            return NodesReply.NobodyAtOnce;
        }
        Request request = requests.Begin(expect, topic);
        ulong asked = expect == Expect.Answers ? request.Id : 0;
        if (asked != 0 && node.Held.Pin(topic))
        {
            _ = UnpinAsync(request);
        }
        Publish(
            link,
            channels.Of(topic),
            Envelope.Seal(EnvelopeKind.Command, node.Id, asked, command),
            request
        );
        return request.Reply;
    }

    public ValueTask<SharedId> ClaimIdAsync(UInt128 id) => ids.ClaimAsync(id);

    public void SettleId(UInt128 id, int? connections) => ids.Settle(id, connections);

    public async Task LeaveAsync()
    {
        try
        {
            await presence.LeaveAsync().WaitAsync(timeout);
        }
        catch (Exception exception) when (RedisLink.IsLoss(exception))
        {
            // The others will find out.
        }
    }

    private async Task UnpinAsync(Request request)
    {
        await request.Reply;
        node.Held.Unpin(request.Topic);
    }

    private void Publish(string channel, byte[] envelope)
    {
        if (node.Usable is { } link)
        {
            Publish(link, channel, envelope);
        }
    }

    private void Publish(RedisLink link, string channel, byte[] envelope, Request? request = null)
    {
        metrics.Published.Add();
        Task<long> publishing = link.PublishAsync(channel, envelope);
        if (request is not null)
        {
            _ = publishing.ContinueWith(
                static (published, state) =>
                {
                    (RedisBackplane backplane, Request request) = ((RedisBackplane, Request))state!;
                    backplane.Published(published, request);
                },
                (this, request),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        }
    }

    private void Published(Task<long> published, Request request)
    {
        if (!published.IsCompletedSuccessfully)
        {
            metrics.Unsent.Add();
            request.End(isComplete: false);
        }
        else if (request.Reached(published.Result, OursAmong(request)))
        {
            Conclude(request);
        }
    }

    /// <summary>This node hears what is for everybody, and may have got somebody of the uid or group since it asked.</summary>
    private int OursAmong(Request request) =>
        request.IsForEverybody || node.Held.MayCount(request.Topic) ? 1 : 0;

    private void Conclude(Request request)
    {
        bool isCounted = request is { Expect: Expect.Receivers, IsForEverybody: false };
        if (isCounted && request.Receivers > 0)
        {
            // Where the only receiver may be this node itself, nothing is known.
            request.End(isComplete: request.Sum.Connections > 0);
        }
        else
        {
            confirmations.Confirm(request);
        }
    }
}
