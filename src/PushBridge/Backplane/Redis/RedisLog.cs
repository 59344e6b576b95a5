namespace PushBridge.Backplane.Redis;

/// <summary>What an operator should know about the backplane: its changes, and every ten seconds that something is wrong.</summary>
internal sealed partial class RedisLog(ILogger<RedisBackplane> logger)
{
    [LoggerMessage(
        1,
        LogLevel.Information,
        "Backplane: available; {Peers} other nodes, {Topics} uids and groups subscribed in {Milliseconds} ms"
    )]
    public partial void Available(int peers, int topics, long milliseconds);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Backplane: lost the connection to Redis at {Address} ({Reason}); clients of other nodes are out of reach until it is back"
    )]
    public partial void Lost(string address, string reason);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Backplane: {State} for {Seconds} s, Redis at {Address} ({Reason}); this node serves its own clients meanwhile, {Unsent} commands did not leave it so far, {Unanswered} were not answered in time"
    )]
    public partial void StillDown(
        BackplaneState state,
        long seconds,
        string address,
        string reason,
        long unsent,
        long unanswered
    );

    [LoggerMessage(4, LogLevel.Information, "Backplane: node {Name} ({Id}) is here")]
    public partial void NodeCame(string name, Guid id);

    [LoggerMessage(5, LogLevel.Information, "Backplane: node {Name} ({Id}) has left")]
    public partial void NodeLeft(string name, Guid id);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "Backplane: node {Name} ({Id}) is gone without a goodbye; its clients are offline until they connect to another one"
    )]
    public partial void NodeLost(string name, Guid id);

    [LoggerMessage(7, LogLevel.Warning, "Backplane: Redis at {Address} does not answer")]
    public partial void Stalled(string address);

    [LoggerMessage(8, LogLevel.Information, "Backplane: Redis answers again")]
    public partial void Resumed();

    [LoggerMessage(10, LogLevel.Error, "Backplane: the connection failed for an unforeseen reason")]
    public partial void Failed(Exception exception);

    [LoggerMessage(
        11,
        LogLevel.Warning,
        "Backplane: {Count} messages of other nodes were dropped because this node does not keep up"
    )]
    public partial void Overflowed(long count);
}
