namespace PushBridge.Connections;

internal enum ConnectionKind
{
    /// <summary>A raw WebSocket whose first frame is the uid.</summary>
    Raw,

    /// <summary>A SignalR connection, whatever its transport.</summary>
    Hub,
}
