using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>An HTTP status instead of a WebSocket, and the header that goes with it.</summary>
internal sealed record Refusal(int Status, string Text, string? Header = null);

/// <summary>
/// Decides a WebSocket handshake (RFC 6455 section 4.2): the form of the request, where it comes from, and whether there is
/// room. The same for the peeking middleware and for the HTTP upgrade.
/// </summary>
internal sealed class Handshake(ClientDoor door, AdmissionGate gate)
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int KeyBytes = 16;

    private static readonly Refusal BadRequest = new(400, "Bad Request");
    private static readonly Refusal NotAllowed = new(405, "Method Not Allowed", "Allow: GET");
    private static readonly Refusal UpgradeRequired = new(
        426,
        "Upgrade Required",
        "Sec-WebSocket-Version: 13"
    );

    /// <summary>Null when the handshake is accepted; a place at the gate is then taken.</summary>
    /// <param name="request">What the client sent.</param>
    /// <param name="arrival">How it arrived.</param>
    public Refusal? Decide(in UpgradeRequest request, Arrival arrival)
    {
        if (request.Method != "GET")
        {
            return NotAllowed;
        }
        if (
            !request.IsHttp11
            || request.Host.Count != 1
            || request.Arrival.Origin.Count > 1
            || request.Version.Count > 1
            || !UpgradeRequest.HasToken(request.Connection, "Upgrade")
        )
        {
            return BadRequest;
        }
        if (request.Version != "13")
        {
            return UpgradeRequired;
        }
        if (request.Key.Count != 1 || !IsKey(request.Key.ToString()))
        {
            return BadRequest;
        }
        if (door.Refuse(request.Host.ToString(), arrival, isNew: true) is { } status)
        {
            return Refuse(status);
        }
        return gate.TryEnter(arrival.Address)
            ? null
            : Refuse(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The answer to a client's key (RFC 6455 section 4.2.2).</summary>
    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "RFC 6455 prescribes SHA-1; it proves that a WebSocket server answered, nothing else."
    )]
    public static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptGuid)));

    private static Refusal Refuse(int status) =>
        new(
            status,
            ReasonPhrases.GetReasonPhrase(status),
            status == StatusCodes.Status403Forbidden
                ? null
                : $"Retry-After: {AdmissionGate.RetryAfterSeconds()}"
        );

    /// <summary>The whole answer to an accepted handshake: no subprotocol and no extension is ever selected.</summary>
    public static byte[] Answer(string key) =>
        Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept(key)}\r\n\r\n"
        );

    private static bool IsKey(string key) =>
        Base64.IsValid(key, out int length) && length == KeyBytes && key.Length == 24;
}
