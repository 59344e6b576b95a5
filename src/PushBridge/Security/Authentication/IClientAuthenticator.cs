using System.Net;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>What a client shows to prove who it is: its first words, and what else is known about where they come from.</summary>
/// <param name="Words">A uid or a token, as the client sent it.</param>
/// <param name="Address">Where it comes from; null when the transport has no addresses.</param>
/// <param name="Origin">The page's origin; null for programs.</param>
/// <param name="Cookies">The Cookie header of its request, empty without one.</param>
internal sealed record Credential(
    string Words,
    IPAddress? Address = null,
    string? Origin = null,
    string Cookies = ""
);

/// <summary>Either who the client is, or why it is turned away.</summary>
internal readonly record struct Verdict(Identity? Identity, CloseReason? Denial)
{
    public static implicit operator Verdict(Identity identity) => new(identity, null);

    public static implicit operator Verdict(CloseReason denial) => new(null, denial);
}

/// <summary>
/// Decides who a client is. Completes at once when it has all it needs, else within a time-out of its own, and throws nothing
/// that a client or another service can cause.
/// </summary>
internal interface IClientAuthenticator
{
    /// <summary>What is wrong with words that are not even text.</summary>
    CloseReason Malformed { get; }

    /// <summary>Whether its identities end, so that a client may want to renew them.</summary>
    bool IsRenewable { get; }

    ValueTask<Verdict> AuthenticateAsync(Credential credential);
}
