using System.Net;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>What a client's request says about who it is and where it comes from, whatever kind of client it is.</summary>
/// <param name="Address">Its address, or what a trusted proxy says it is; null when the transport has no addresses.</param>
/// <param name="IsTls">Whether it came by TLS, to us or to a trusted proxy.</param>
/// <param name="Origin">The page's origin; null for programs.</param>
/// <param name="Cookies">The Cookie header, where an application is to be asked; else empty.</param>
/// <param name="Token">The token that came with the request; null when the client says who it is later, or tokens mean nothing here.</param>
internal sealed record Arrival(
    IPAddress? Address,
    bool IsTls,
    string? Origin,
    string Cookies,
    string? Token
)
{
    /// <summary>The listener of ours that it came by; null for an application's own.</summary>
    public ListenerFeature? Listener { get; init; }
}
