using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>
/// The head of a handshake as a list of lines: starts as a correct one with the key of RFC 6455 section 1.3, and every
/// part can be replaced, repeated or left out.
/// </summary>
internal sealed record WebSocketPeerRequest(IPEndPoint Server)
{
    internal const string SampleKey = "dGhlIHNhbXBsZSBub25jZQ==";
    internal const string SampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    internal string Line { get; init; } = "GET / HTTP/1.1";

    internal IReadOnlyList<(string Name, string Value)> Headers { get; init; } =
    [
        ("Host", Server.ToString()),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", SampleKey),
        ("Sec-WebSocket-Version", "13"),
    ];

    internal int Port => Server.Port;

    internal string? this[string name] =>
        Headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    internal WebSocketPeerRequest Without(string name) =>
        this with
        {
            Headers =
            [
                .. Headers.Where(h => !h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)),
            ],
        };

    /// <summary>Puts one more header at the end, also when its name is there already.</summary>
    internal WebSocketPeerRequest And(string name, string value) =>
        this with
        {
            Headers = [.. Headers, (name, value)],
        };

    internal WebSocketPeerRequest With(string name, string value) => Without(name).And(name, value);

    internal static string AcceptFor(string key) =>
#pragma warning disable CA5350 // SHA-1 is what the protocol asks for.
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350

    public override string ToString() =>
        string.Concat([Line, "\r\n", .. Headers.Select(h => $"{h.Name}: {h.Value}\r\n"), "\r\n"]);

    internal byte[] ToBytes() => Encoding.Latin1.GetBytes(ToString());
}
