using PushBridge.FunctionalTests.Hostile.Steps;
using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Hostile.Steps.Common;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>What comes to the clients' port instead of a good request head.</summary>
internal static class RawHeadRows
{
    private const string Upgrade =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        Bad(
            "A TLS hello",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003\r\n\r\n"
        ),
        new(
            "The HTTP/2 preface gets a GOAWAY that asks for HTTP/1.1",
            Port.Clients,
            Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            Reply("\0\0\u0008\u0007\0\0\0\0\0\0\0\0\0\0\0\0\r"),
            End
        ),
        Bad("A STUN binding request", "\u0000\u0001\u0000\u0000\u0021\u0012\u00A4\u0042\r\n\r\n"),
        Bad("A line of the text port", "{\"uid\":\"$ME\"}\n"),
        Bad("An SSH client", "SSH-2.0-OpenSSH_9.9\r\n"),
        Bad("NULs", new string('\0', 100) + "\r\n"),
        NotAllowed("A method in lower case", "get / HTTP/1.1"),
        NotAllowed("CONNECT", "CONNECT $HOST HTTP/1.1"),
        NotAllowed("TRACE", "TRACE / HTTP/1.1"),
        Bad("HTTP/2.0", $"GET / HTTP/2.0\r\nHost: $HOST\r\n{Upgrade}\r\n", status: 505),
        Bad("HTTP/0.9", "GET /\r\n"),
        Bad("A folded header", $"GET / HTTP/1.1\r\nHost: $HOST\r\n{Upgrade}X-A: b\r\n c\r\n\r\n"),
        Bad("A NUL in a header", $"GET / HTTP/1.1\r\nHost: $HOST\r\n{Upgrade}X-A: b\0c\r\n\r\n"),
        Bad(
            "A carriage return in a header",
            $"GET / HTTP/1.1\r\nHost: $HOST\r\n{Upgrade}X-A: b\rc\r\n\r\n"
        ),
        Bad("A header without a colon", $"GET / HTTP/1.1\r\nHost: $HOST\r\n{Upgrade}X-A\r\n\r\n"),
        Bad("A path without a slash", $"GET x HTTP/1.1\r\nHost: $HOST\r\n{Upgrade}\r\n", 405),
        Bad("A NUL in the path", $"GET /\0 HTTP/1.1\r\nHost: $HOST\r\n{Upgrade}\r\n"),
        Bad("A Host with a path", $"GET / HTTP/1.1\r\nHost: $HOST/x\r\n{Upgrade}\r\n", 403),
        Bad(
            "An absolute target of another host",
            $"GET http://evil.example/ HTTP/1.1\r\nHost: $HOST\r\n{Upgrade}\r\n"
        ),
        Bad(
            "A header line of a megabyte",
            $"GET / HTTP/1.1\r\nHost: $HOST\r\nX-A: {new string('a', 1 << 20)}",
            431
        ),
        Bad("A request line of a megabyte", $"GET /?{new string('a', 1 << 20)}", 414),
        Bad(
            "Headers without end",
            $"GET / HTTP/1.1\r\n{string.Concat(Enumerable.Repeat("a: b\r\n", 100_000))}",
            431
        ),
        new("A half-close at once", Port.Clients, HalfClose, End),
        new(
            "Half a head and a half-close",
            Port.Clients,
            Send("GET / HTTP/1.1\r\nHost"),
            HalfClose,
            Dropped
        ),
        new("Half a head and a reset", Port.Clients, Send("GET / HTTP/1.1\r\nHost"), Reset),
    ];

    /// <summary>A whole request, answered on a connection that goes on.</summary>
    private static HostileRow NotAllowed(string name, string line) =>
        new(
            $"{name} is no handshake",
            Port.Clients,
            Send($"{line}\r\nHost: $HOST\r\n{Upgrade}\r\n"),
            async peer => (await peer.Wire.ReadResponseAsync()).Status.Should().Be(405),
            Raw.Open,
            Raw.Register,
            Raw.Works
        );

    private static HostileRow Bad(string name, string bytes, int status = 400) =>
        new(
            $"{name} is no handshake",
            Port.Clients,
            SendRudely(bytes),
            async peer =>
            {
                WebSocketPeerResponse answer = await peer.Wire.ReadResponseAsync();
                answer.Status.Should().Be(status, answer.StatusLine);
                answer["Connection"].Should().Be("close");
            },
            End
        );
}
