using System.Net;

namespace PushBridge.Connections;

/// <summary>
/// By which of our listeners a connection came in, as a connection feature; set where it is accepted, so that no header can claim it. An
/// application's own connections have none.
/// </summary>
/// <param name="name">The listener's name.</param>
/// <param name="protocol">What it speaks.</param>
/// <param name="address">The address it is bound to, which may be a wildcard; null for a Unix socket.</param>
internal class ListenerFeature(string name, ListenerProtocol protocol, IPAddress? address)
{
    private volatile bool isLeaving;

    public string Name => name;

    /// <summary>Whether whoever asks over HTTP should come back by another connection, and to another process.</summary>
    public bool IsLeaving
    {
        get => isLeaving;
        set => isLeaving = value;
    }

    public ListenerProtocol Protocol => protocol;

    /// <summary>The connection by which somebody asks this very listener to dismiss its connections: it is still owed the answer.</summary>
    public string? Asking { get; set; }

    public IPAddress? Address => address;
}
