namespace PushBridge.Connections;

/// <summary>
/// Why the server ends a client connection: the number on the wire (RFC 6455 section 7.4; 4000-4999 are ours), a short
/// text beside it, and whether a client should come back. The one list of these codes; the documents are compared with it.
/// </summary>
internal sealed record CloseReason(int Code, string Text, bool MayReconnect)
{
    public static readonly CloseReason Normal = new(1000, "normal", true);
    public static readonly CloseReason GoingAway = new(1001, "going away", true);
    public static readonly CloseReason ProtocolError = new(1002, "protocol error", true);
    public static readonly CloseReason InvalidUtf8 = new(1007, "invalid UTF-8", true);
    public static readonly CloseReason Flood = new(1008, "flood", true);
    public static readonly CloseReason TooBig = new(1009, "too big", true);
    public static readonly CloseReason TryAgainLater = new(1013, "try again later", true);
    public static readonly CloseReason BadUid = new(4400, "bad uid", false);
    public static readonly CloseReason BadToken = new(4401, "bad token", false);
    public static readonly CloseReason Forbidden = new(4403, "forbidden", false);
    public static readonly CloseReason HelloTimeout = new(4408, "no uid in time", true);
    public static readonly CloseReason TooManyConnections = new(
        4409,
        "too many connections for the uid",
        false
    );
    public static readonly CloseReason TokenExpired = new(4410, "token expired", true);
    public static readonly CloseReason Kicked = new(4411, "kicked", false);
    public static readonly CloseReason SlowConsumer = new(4428, "slow consumer", true);
    public static readonly CloseReason RateLimit = new(4429, "rate limit", true);

    /// <summary>The limit that a client has run into when it is closed for this; null for other reasons.</summary>
    public string? Limit =>
        Code switch
        {
            1008 => Observability.Limit.Flood,
            1009 => Observability.Limit.MessageBytes,
            4408 => Observability.Limit.HelloTime,
            4409 => Observability.Limit.ConnectionsPerUid,
            4428 => Observability.Limit.Queue,
            _ => null,
        };

    /// <summary>All of them, by code.</summary>
    public static IReadOnlyList<CloseReason> All { get; } =
    [
        Normal,
        GoingAway,
        ProtocolError,
        InvalidUtf8,
        Flood,
        TooBig,
        TryAgainLater,
        BadUid,
        BadToken,
        Forbidden,
        HelloTimeout,
        TooManyConnections,
        TokenExpired,
        Kicked,
        SlowConsumer,
        RateLimit,
    ];
}
