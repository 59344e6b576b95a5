using System.Text;
using System.Text.Unicode;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>A client's way of saying who it is: how it arrived, and who decides about it. Forgotten when it is known and has nothing to renew.</summary>
internal sealed class Hello(IClientAuthenticator authenticator, Arrival arrival)
{
    private const int Open = 0;
    private const int Owed = 1;
    private const int Decided = 2;

    // What a renewal needs. The token is a secret, and may be thousands of bytes: it does not stay for a connection's life.
    private readonly Arrival arrival = arrival with { Token = null };
    private string? token = arrival.Token;
    private int answer;

    /// <summary>The token that came with the client's request, to be had once; null when it is yet to come.</summary>
    public string? TakeToken() => Interlocked.Exchange(ref token, null);

    /// <inheritdoc cref="Arrival.Listener"/>
    public ListenerFeature? Listener => arrival.Listener;

    /// <inheritdoc cref="IClientAuthenticator.Malformed"/>
    public CloseReason Malformed => authenticator.Malformed;

    /// <inheritdoc cref="IClientAuthenticator.IsRenewable"/>
    public bool IsRenewable => authenticator.IsRenewable;

    /// <summary>The decision under way, or the last one; null before the client has said anything.</summary>
    public Task? Deciding { get; set; }

    /// <summary>True when the client is known or turned away.</summary>
    public bool IsDecided => Volatile.Read(ref answer) == Decided;

    /// <summary>Whether a renewal is under way; one at a time.</summary>
    public bool IsRenewing { get; set; }

    /// <summary>Has something answered as soon as it is decided; false when it is decided already.</summary>
    public bool TryPostpone() => Interlocked.CompareExchange(ref answer, Owed, Open) != Decided;

    /// <summary>It is decided; true when something was postponed.</summary>
    public bool EndDeciding() => Interlocked.Exchange(ref answer, Decided) == Owed;

    /// <summary>Decides about words that came as bytes; what is no UTF-8 is malformed.</summary>
    public ValueTask<Verdict> DecideAsync(ReadOnlySpan<byte> words) =>
        Utf8.IsValid(words)
            ? DecideAsync(Encoding.UTF8.GetString(words))
            : ValueTask.FromResult<Verdict>(Malformed);

    public ValueTask<Verdict> DecideAsync(string words) =>
        authenticator.AuthenticateAsync(
            new Credential(words, arrival.Address, arrival.Origin, arrival.Cookies)
        );
}
