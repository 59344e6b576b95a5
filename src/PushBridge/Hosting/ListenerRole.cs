namespace PushBridge.Hosting;

/// <summary>Which of our HTTP listeners a connection came in by; null on an application's own.</summary>
internal enum ListenerRole
{
    /// <summary>Browsers: raw WebSocket, SignalR, the demo page.</summary>
    Clients,

    /// <summary>Backends and operators.</summary>
    Http,
}

/// <summary>The role as a connection feature; set by the listener, so that no header can claim it.</summary>
internal sealed record ListenerFeature(ListenerRole Role);
