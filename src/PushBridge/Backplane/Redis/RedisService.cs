using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using StackExchange.Redis;

namespace PushBridge.Backplane.Redis;

/// <summary>
/// Keeps this node connected to Redis: connects, subscribes to everything that is held, finds out who else is there, and watches until
/// the connection fails; then all over again, without end.
/// </summary>
internal sealed class RedisService : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PeerTimeout = TimeSpan.FromSeconds(3);

    /// <summary>What took the connection from this node took it from the others, too: they need not be back at the same moment.</summary>
    private static readonly TimeSpan ReturnTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(3);

    private readonly RedisNode node;
    private readonly RedisChannels channels;
    private readonly RedisPresence presence;
    private readonly RedisIds ids;
    private readonly NodeTraffic traffic;
    private readonly BackplaneOptions options;
    private readonly BackplaneMetrics metrics;
    private readonly TimeProvider time;
    private readonly RedisLog log;
    private readonly LogInterval due;
    private readonly ResiliencePipeline connecting;
    private readonly TaskCompletionSource available = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private long troubleSince;
    private long overflowed;
    private bool wasStalled;

    public RedisService(
        RedisNode node,
        RedisChannels channels,
        RedisPresence presence,
        RedisIds ids,
        NodeTraffic traffic,
        IOptions<BackplaneOptions> options,
        BackplaneMetrics metrics,
        TimeProvider time,
        RedisLog log
    )
    {
        this.node = node;
        this.channels = channels;
        this.presence = presence;
        this.ids = ids;
        this.traffic = traffic;
        this.options = options.Value;
        this.metrics = metrics;
        this.time = time;
        this.log = log;
        due = new LogInterval(time);
        traffic.Echoed = presence.Heard;
        traffic.Asked = () => _ = SayHelloAsync(EnvelopeKind.Hello);
        traffic.Changed = Changed;
        connecting = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = TimeSpan.FromMilliseconds(100),
                    MaxDelay = TimeSpan.FromSeconds(1),
                    OnRetry = retry =>
                    {
                        LogTrouble(KindOf(retry.Outcome.Exception));
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
    }

    /// <summary>Waits a moment for the backplane, so that the first commands find it; the server starts without it if need be.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        troubleSince = time.GetTimestamp();
        await base.StartAsync(cancellationToken);
        try
        {
            await available.Task.WaitAsync(StartTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogTrouble();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task handling = traffic.RunAsync(stoppingToken);
        // A node that has said goodbye does not come back.
        while (!stoppingToken.IsCancellationRequested && !node.HasLeft)
        {
            try
            {
                using RedisLink link = await connecting.ExecuteAsync(
                    async _ => await RedisLink.ConnectAsync(options, traffic.Receive, time),
                    stoppingToken
                );
                log.Lost(options.Address, await LiveAsync(link, stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (RedisLink.IsLoss(exception))
            {
                log.Lost(options.Address, exception.GetType().Name);
                await PauseAsync(stoppingToken);
            }
            catch (Exception exception)
            {
                log.Failed(exception);
                await PauseAsync(stoppingToken);
            }
            finally
            {
                if (node.IsRestored)
                {
                    troubleSince = time.GetTimestamp();
                }
                node.IsRestored = false;
                node.Link = null;
                node.Held.Release();
            }
        }
        await handling;
    }

    /// <summary>The life of one connection; returns why it ended.</summary>
    private async Task<string> LiveAsync(RedisLink link, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken
        );
        metrics.Connects.Add();
        string[] ready = presence.Restart();
        RedisSubscriptions subscriptions = new(link, node.Held, channels);
        // Ours first: from now on commands can be sent, and answered.
        await link.WhileAliveAsync(
            Task.WhenAll(
                link.SubscribeAsync(channels.OfNode(node.Id)),
                link.SubscribeAsync(channels.Of(Topic.Everybody))
            )
        );
        node.Link = link;
        ids.Resume();
        Task<int> restoring = subscriptions.RestoreAsync();
        await link.WhileAliveAsync(restoring);
        await link.WhileAliveAsync(link.SubscribeReadyAsync(ready));
        Task<bool> checking = link.AreSubscribedAsync([.. ready, channels.OfNode(node.Id)]);
        await link.WhileAliveAsync(checking);
        if (!await checking)
        {
            throw new TimeoutException("The subscriptions did not arrive.");
        }
        Task following = subscriptions.FollowAsync(ending.Token);
        try
        {
            node.Peers.Excuse(ReturnTime);
            await link.WhileAliveAsync(MeetAsync(link));
            node.IsRestored = true;
            log.Available(
                node.Peers.Count,
                await restoring,
                (long)time.GetElapsedTime(started).TotalMilliseconds
            );
            available.TrySetResult();
            return await WatchAsync(link, following, cancellationToken);
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    /// <summary>Asks who is there, until as many have answered as got the question; not for longer than they may take.</summary>
    private async Task MeetAsync(RedisLink link)
    {
        long others = await presence.SayAsync(link, EnvelopeKind.HelloAll) - 1;
        long started = time.GetTimestamp();
        while (node.Peers.Count < others && time.GetElapsedTime(started) < options.Timeout)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), time);
        }
    }

    private async Task<string> WatchAsync(
        RedisLink link,
        Task following,
        CancellationToken cancellationToken
    )
    {
        using PeriodicTimer beat = new(Beat, time);
        while (true)
        {
            Task tick = beat.WaitForNextTickAsync(cancellationToken).AsTask();
            Task first = await Task.WhenAny(tick, link.Failed, following);
            if (first == link.Failed)
            {
                return await link.Failed;
            }
            await first;
            if (presence.Silence > RedisLink.SilenceLimit)
            {
                return "no answer";
            }
            WatchStall(link);
            WatchOverflow();
            _ = SayHelloAsync(EnvelopeKind.Hello);
            _ = ForgetLostPeersAsync(link);
        }
    }

    private void WatchStall(RedisLink link)
    {
        bool isStalled = link.IsStalled(options.Timeout);
        if (isStalled && !wasStalled)
        {
            troubleSince = time.GetTimestamp();
            log.Stalled(options.Address);
            due.IsDue();
        }
        else if (isStalled)
        {
            LogTrouble();
        }
        else if (wasStalled)
        {
            log.Resumed();
        }
        wasStalled = isStalled;
    }

    private void WatchOverflow()
    {
        if (metrics.Overflowed.Value is var count && count > overflowed)
        {
            log.Overflowed(count - overflowed);
            overflowed = count;
        }
    }

    private async Task SayHelloAsync(EnvelopeKind kind)
    {
        try
        {
            // While nothing gets through, one is enough: it will tell when something does.
            if (node.Usable is { } link)
            {
                await presence.SayAsync(link, kind);
            }
        }
        catch (Exception exception) when (RedisLink.IsLoss(exception))
        {
            // The connection is failing; its keeper is told.
        }
    }

    /// <summary>A node that is not heard of may be slow; one that is not subscribed either is gone.</summary>
    private async Task ForgetLostPeersAsync(RedisLink link)
    {
        try
        {
            foreach (Peer peer in node.Peers.SilentFor(PeerTimeout))
            {
                if (
                    presence.Silence < PeerTimeout
                    && !await link.AreSubscribedAsync([channels.OfNode(peer.Id)])
                    && node.Peers.Forget(peer.Id) is not null
                )
                {
                    log.NodeLost(peer.Name, peer.Id);
                }
            }
        }
        catch (Exception exception) when (RedisLink.IsLoss(exception))
        {
            // Not now.
        }
    }

    private void Changed(Peer peer, bool isHere)
    {
        if (isHere)
        {
            log.NodeCame(peer.Name, peer.Id);
        }
        else
        {
            log.NodeLeft(peer.Name, peer.Id);
        }
    }

    /// <summary>Not the message: it may tell what the server was asked.</summary>
    private static string KindOf(Exception? exception) =>
        exception is RedisConnectionException refused
            ? refused.FailureType.ToString()
            : exception?.GetType().Name ?? "no answer";

    private void LogTrouble(string reason = "no answer")
    {
        if (due.IsDue())
        {
            log.StillDown(
                node.State,
                (long)time.GetElapsedTime(troubleSince).TotalSeconds,
                options.Address,
                reason,
                metrics.Unsent.Value,
                metrics.Unanswered.Value
            );
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }
    }
}
