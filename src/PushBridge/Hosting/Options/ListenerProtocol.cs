namespace PushBridge.Hosting.Options;

/// <summary>What a listener speaks, and with that, whom it is for.</summary>
public enum ListenerProtocol
{
    /// <summary>Browsers: raw WebSocket at <c>/</c>, SignalR at <c>/hub</c>.</summary>
    Clients,

    /// <summary>Backends: one JSON command a line.</summary>
    Text,

    /// <summary>Backends and operators: the same commands over HTTP.</summary>
    Http,
}
