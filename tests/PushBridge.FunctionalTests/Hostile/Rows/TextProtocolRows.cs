using static PushBridge.FunctionalTests.Hostile.Steps.Common;
using static PushBridge.FunctionalTests.Hostile.Steps.Text;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Other protocols on the text port, with a push hidden where a web page could put one: nothing is relayed.</summary>
internal static class TextProtocolRows
{
    private const string Push = "{\"uid\":\"$ME\",\"from\":\"a page\"}\n";

    private const string Head =
        "Host: $HOST\r\nOrigin: https://evil.example\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n";

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        Ended("HTTP GET", Send($"GET / HTTP/1.1\r\n{Head}\r\n")),
        Ended(
            "HTTP POST with pushes as its body",
            Send($"POST / HTTP/1.1\r\n{Head}\r\n\n{Push}{Push}")
        ),
        Ended(
            "HTTP POST whose body comes later",
            Send($"POST / HTTP/1.1\r\n{Head}\r\n"),
            SendRudely($"\n{Push}")
        ),
        Ended("HTTP PUT with a push before its headers", Send($"PUT /\n{Push}{Head}\r\n{Push}")),
        Ended(
            "HTTP with a push among its headers",
            Send($"POST / HTTP/1.1\r\nX-A: b\r\n{Push}{Head}\r\n")
        ),
        Ended("HTTP with a push as its path", Send($"GET /\n{Push} HTTP/1.1\r\n{Head}\r\n")),
        Ended("HTTP byte by byte", Drip("P"), SendRudely($"OST / HTTP/1.1\r\n{Head}\r\n\n{Push}")),
        Ended("A CORS preflight", Send($"OPTIONS / HTTP/1.1\r\n{Head}\r\n{Push}")),
        Ended(
            "A WebSocket handshake",
            Send($"GET / HTTP/1.1\r\nUpgrade: websocket\r\n{Head}\r\n{Push}")
        ),
        Ended("HTTP CONNECT", Send($"CONNECT $HOST HTTP/1.1\r\n{Head}\r\n{Push}")),
        Ended("A method nobody knows", Send($"A / HTTP/1.1\r\n{Head}\r\n{Push}")),
        Ended("The HTTP/2 preface", Send($"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{Push}")),
        Ended(
            "A TLS ClientHello with a push as its session",
            Send($"\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003\n{Push}")
        ),
        Ended("An SSL 2 hello", Send($"\u0080\u002E\u0001\u0000\u0002\n{Push}"), HalfClose) with
        {
            // 0x80 is no control byte: the line is refused as what it is, and the rest is a backend's.
            Steps = [Send($"\u0080\u002E\u0001\u0000\u0002\n"), Reply("fail\n"), Alive],
        },
        Ended(
            "A STUN binding request",
            Send($"\u0000\u0001\u0000\u0000\u0021\u0012\u00A4\u0042\n{Push}")
        ),
        Ended("A SOCKS 5 greeting", Send($"\u0005\u0001\u0000\n{Push}")),
        Ended(
            "A SOCKS 4 request",
            Send($"\u0004\u0001\u0016\u002E\u007F\u0000\u0000\u0001\u0000\n{Push}")
        ),
        Ended("An SSH client", Send($"SSH-2.0-OpenSSH_9.9\r\n{Push}")),
        Ended("An RDP connection request", Send($"\u0003\u0000\u0000\u0013\u000E\u00E0\n{Push}")),
        Ended("A NUL and then a push", Send($"\u0000{Push}")),
        Ended("A form feed and then a push", Send($"\f{Push}")),
        Ended("An escape sequence and then a push", Send($"\u001B[2J{Push}")),
        Ended("SMTP", Send($"EHLO evil.example\r\n{Push}")),
        new(
            "The Redis protocol is three bad lines",
            Port.Text,
            Send("*1\r\n$4\r\nPING\r\n"),
            Reply("fail\nfail\nfail\n"),
            Alive
        ),
        Ended("A megabyte of HTTP body", SendRudely($"POST / HTTP/1.1\r\n{Head}\r\n{Megabyte()}")),
    ];

    private static string Megabyte() => string.Concat(Enumerable.Repeat(Push, 40_000));
}
