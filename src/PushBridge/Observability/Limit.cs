namespace PushBridge.Observability;

/// <summary>Names of the limits that peers can hit, as they stand in the tag <c>limit</c> of <c>pushbridge.limits</c>.</summary>
internal static class Limit
{
    /// <summary>A client came when <c>Clients:MaxConnections</c> were connected.</summary>
    public const string Connections = "connections";

    /// <summary>A client came when its address had <c>Clients:MaxConnectionsPerAddress</c>.</summary>
    public const string ConnectionsPerAddress = "connections_per_address";

    /// <summary>A client came when its uid had <c>Clients:MaxConnectionsPerUid</c>.</summary>
    public const string ConnectionsPerUid = "connections_per_uid";

    /// <summary>More clients came than <c>Clients:MaxConnectsPerSecond</c>.</summary>
    public const string ConnectRate = "connect_rate";

    /// <summary>More clients of an address came than <c>Clients:MaxConnectsPerSecondPerAddress</c>.</summary>
    public const string ConnectRatePerAddress = "connect_rate_per_address";

    /// <summary>A client did not say who it is within <c>Clients:HelloTimeout</c>.</summary>
    public const string HelloTime = "hello_time";

    /// <summary>A client's message was larger than <c>Clients:MaxMessageBytes</c>.</summary>
    public const string MessageBytes = "message_bytes";

    /// <summary>A client's message had more fragments than <c>Clients:MaxFragments</c> or took longer than <c>Clients:MessageTimeout</c>, or it sent more than <c>Clients:MaxInboundBytesPerSecond</c>.</summary>
    public const string Flood = "flood";

    /// <summary>A client let more wait than <c>Queue:MaxBytes</c>, or for longer than <c>Queue:MaxAge</c>.</summary>
    public const string Queue = "queue";

    /// <summary>A backend connected from outside <c>Backends:AllowedNetworks</c>.</summary>
    public const string AllowedNetworks = "allowed_networks";

    /// <summary>An address came back after <c>Backends:MaxFailedAttempts</c> wrong secrets.</summary>
    public const string FailedAttempts = "failed_attempts";

    /// <summary>A backend came when <c>Text:MaxConnections</c> were connected.</summary>
    public const string TextConnections = "text_connections";

    /// <summary>A backend came when its address had <c>Text:MaxConnectionsPerAddress</c>.</summary>
    public const string TextConnectionsPerAddress = "text_connections_per_address";

    /// <summary>A line was longer than <c>Text:MaxLineBytes</c>, or the first one, where a secret is due, than any secret.</summary>
    public const string TextLineBytes = "text_line_bytes";

    /// <summary>A line took longer than <c>Text:LineTimeout</c>.</summary>
    public const string TextLineTime = "text_line_time";

    /// <summary>A TLS handshake of the text port took longer than <c>Text:HandshakeTimeout</c>.</summary>
    public const string TextHandshakeTime = "text_handshake_time";

    /// <summary>A command came faster than <c>Text:MaxCommandsPerSecond</c>.</summary>
    public const string TextCommandRate = "text_command_rate";

    /// <summary>All of them.</summary>
    public static readonly string[] Names =
    [
        Connections,
        ConnectionsPerAddress,
        ConnectionsPerUid,
        ConnectRate,
        ConnectRatePerAddress,
        HelloTime,
        MessageBytes,
        Flood,
        Queue,
        AllowedNetworks,
        FailedAttempts,
        TextConnections,
        TextConnectionsPerAddress,
        TextLineBytes,
        TextLineTime,
        TextCommandRate,
        TextHandshakeTime,
    ];
}
