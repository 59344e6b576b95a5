using System.Text;
using StackExchange.Redis;

namespace PushBridge.Backplane.Redis;

/// <summary>
/// One connection to the Redis server, from its beginning to its first failure: then it is over, and another one is made. The library
/// could repair it by itself, but would not say which of our channels are subscribed meanwhile.
/// </summary>
internal sealed class RedisLink : IDisposable
{
    private readonly ConnectionMultiplexer connections;
    private readonly ISubscriber channels;
    private readonly Action<RedisChannel, RedisValue> receive;
    private readonly TimeProvider time;
    private readonly int maxPendingBytes;
    private readonly TaskCompletionSource<string> failed = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int pendingBytes;
    private long progressAt;

    private RedisLink(
        ConnectionMultiplexer connections,
        Func<byte[], bool> receive,
        int maxPendingBytes,
        TimeProvider time
    )
    {
        this.connections = connections;
        this.time = time;
        this.maxPendingBytes = maxPendingBytes;
        // After the end, too: what the server has sent before may have been promised to somebody.
        this.receive = (_, value) => receive(value!);
        // Messages are handed over one by one, in the order of the server: ours must not overtake each other.
        connections.PreserveAsyncOrder = true;
        channels = connections.GetSubscriber();
        Database = connections.GetDatabase();
        connections.ConnectionFailed += (_, failure) =>
            failed.TrySetResult(failure.FailureType.ToString());
    }

    public IDatabase Database { get; }

    /// <summary>Completes with the reason when the connection is lost.</summary>
    public Task<string> Failed => failed.Task;

    /// <param name="options">Where to.</param>
    /// <param name="receive">Takes what comes in on subscribed channels.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="RedisConnectionException">There is nobody, or nobody who lets us in.</exception>
    public static async Task<RedisLink> ConnectAsync(
        BackplaneOptions options,
        Func<byte[], bool> receive,
        TimeProvider time
    )
    {
        _ = options.TryParse(out string host, out int port);
        ConfigurationOptions configuration = new()
        {
            EndPoints = { { host, port } },
            Password = options.ReadPassword(),
            Ssl = options.Tls,
            SslHost = options.Tls ? host : null,
            DefaultDatabase = options.Database,
            ClientName = "pushbridge",
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds,
            SyncTimeout = (int)ConnectTimeout.TotalMilliseconds,
            // We watch the connection ourselves.
            ResponseTimeout = (int)SilenceLimit.TotalMilliseconds,
            KeepAlive = (int)SilenceLimit.TotalSeconds,
            // Neither channels nor keys but our own.
            ConfigurationChannel = "",
            TieBreaker = "",
        };
        return new RedisLink(
            await ConnectionMultiplexer.ConnectAsync(configuration),
            receive,
            options.MaxPendingBytes,
            time
        );
    }

    /// <summary>How long it may take to be let in.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After so long without a sign of life the connection counts as lost. Not earlier: what waits in it may have been promised to
    /// somebody, and still arrives when a short interruption is over.
    /// </summary>
    public static TimeSpan SilenceLimit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether more may be published: the server keeps up, as far as can be seen.</summary>
    public bool Accepts(TimeSpan patience) =>
        !failed.Task.IsCompleted && !IsStalled(patience) && pendingBytes <= maxPendingBytes;

    /// <summary>True when the server has not taken anything for so long although something waits.</summary>
    public bool IsStalled(TimeSpan patience) =>
        Volatile.Read(ref pendingBytes) > 0
        && time.GetElapsedTime(Volatile.Read(ref progressAt)) >= patience;

    /// <summary>Publishes; what one thread publishes keeps its order. Completes with the number of subscribers.</summary>
    public Task<long> PublishAsync(string channel, byte[] envelope)
    {
        if (Volatile.Read(ref pendingBytes) == 0)
        {
            // Before the bytes are seen: nothing that begins now has waited for long.
            Volatile.Write(ref progressAt, time.GetTimestamp());
        }
        Interlocked.Add(ref pendingBytes, envelope.Length);
        Task<long> publishing = TryPublishAsync(channel, envelope);
        _ = publishing.ContinueWith(
            static (published, state) =>
            {
                (RedisLink link, int length) = ((RedisLink, int))state!;
                _ = published.Exception; // Who waits for it looks; nobody else does.
                Volatile.Write(ref link.progressAt, link.time.GetTimestamp());
                Interlocked.Add(ref link.pendingBytes, -length);
            },
            (this, envelope.Length),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        return publishing;
    }

    /// <summary>Subscribes to the channels that say that nothing has been missed so far, once all others are subscribed.</summary>
    /// <remarks>
    /// The library repairs a connection by itself, before we get to know, and each of the two betrays one way of it. When the half that
    /// receives was lost, it subscribes to everything again: but it remembers a channel by the array it was given, and finds another name in
    /// the second one's. When the half that sends was lost, it unsubscribes from everything: from the first one, too.
    /// </remarks>
    public async Task SubscribeReadyAsync(IReadOnlyList<string> names)
    {
        byte[] once = Encoding.UTF8.GetBytes(names[1]);
        await SubscribeAsync(names[0]);
        await channels.SubscribeAsync(
            new RedisChannel(once, RedisChannel.PatternMode.Literal),
            receive
        );
        once[^1] = (byte)'-';
    }

    public Task SubscribeAsync(string channel) => channels.SubscribeAsync(channel, receive);

    public Task UnsubscribeAsync(string channel) => channels.UnsubscribeAsync(channel, receive);

    /// <summary>Whether each channel has a subscriber at this moment.</summary>
    public async Task<bool> AreSubscribedAsync(IEnumerable<string> names)
    {
        object[] arguments = ["NUMSUB", .. names];
        RedisResult result = await Database.ExecuteAsync("PUBSUB", arguments);
        RedisValue[] pairs = (RedisValue[])result!;
        return pairs.Where((_, i) => i % 2 == 1).All(count => (long)count > 0);
    }

    /// <summary>Awaits something that is done over this connection; not beyond its end, and not for ever.</summary>
    /// <exception cref="TimeoutException">The connection is lost, or silent.</exception>
    public async Task WhileAliveAsync(Task step)
    {
        if (await Task.WhenAny(step, Failed).WaitAsync(SilenceLimit, time) != step)
        {
            throw new TimeoutException(await Failed);
        }
        await step;
    }

    /// <summary>Whether it says that the connection is lost or too slow, in one of the ways in which the library says so.</summary>
    public static bool IsLoss(Exception exception) =>
        exception is RedisException or TimeoutException or ObjectDisposedException;

    public void Dispose()
    {
        failed.TrySetResult("disposed");
        connections.Dispose();
    }

    private Task<long> TryPublishAsync(string channel, byte[] envelope)
    {
        try
        {
            return channels.PublishAsync(channel, envelope);
        }
        catch (Exception exception)
        {
            // Whatever it is: these bytes are not pending.
            return Task.FromException<long>(exception);
        }
    }
}
