namespace PushBridge.Observability;

/// <summary>By which way a command came in.</summary>
internal enum Door
{
    /// <summary>The text port.</summary>
    Text,

    /// <summary>The HTTP API.</summary>
    Http,

    /// <summary><see cref="IPushBridge"/> of the embedding application.</summary>
    Embedded,

    /// <summary>SignalR's own <c>IHubContext</c>.</summary>
    Hub,
}
