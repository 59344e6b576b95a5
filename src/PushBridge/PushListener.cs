namespace PushBridge;

/// <summary>Who asked for a listener.</summary>
public enum ListenerSource
{
    /// <summary>It is one of the three of every server (clients, text, http), there for as long as the process is.</summary>
    Start,

    /// <summary>The section <c>PushBridge:Listeners</c>.</summary>
    Configuration,

    /// <summary>Somebody, while the server ran; it ends with the process.</summary>
    Request,
}

/// <summary>A listener at one moment.</summary>
/// <param name="Name">Unique, whatever the case.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Listen">Its address and real port, or <c>unix:/path</c>.</param>
/// <param name="IsTls">Whether it speaks TLS.</param>
/// <param name="ReusePort">Whether other processes may listen there, too.</param>
/// <param name="Source">Who asked for it.</param>
/// <param name="Connections">Open connections that came by it; for the listener named clients, those that are clients.</param>
public sealed record PushListener(
    string Name,
    ListenerProtocol Protocol,
    string Listen,
    bool IsTls,
    bool ReusePort,
    ListenerSource Source,
    int Connections
);
