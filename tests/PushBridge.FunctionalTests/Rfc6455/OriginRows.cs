using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>RFC 6455 section 10.2 and the contract: which Host and which Origin may open a connection on loopback.</summary>
internal static class OriginRows
{
    internal static IReadOnlyList<HandshakeRow> All { get; } =
    [
        new("No Origin", r => r, 101),
        Origin("The own Origin", r => $"http://127.0.0.1:{r.Port}", 101),
        Origin("A listed Origin", _ => OpenServer.AllowedOrigin, 101),
        Origin(
            "A listed Origin with its default port",
            _ => OpenServer.AllowedOrigin + ":444",
            403
        ),
        Origin("A listed Origin by the other scheme", _ => "http://app.example", 403),
        Origin("A name that ends in a listed Origin", _ => "https://evil-app.example", 403),
        Origin("A name below a listed Origin", _ => "https://evil.app.example", 403),
        Origin("A foreign Origin", _ => "https://evil.example", 403),
        Origin("A foreign Origin on our port", r => $"http://evil.example:{r.Port}", 403),
        Origin(
            "An Origin that starts like ours",
            r => $"http://127.0.0.1.evil.example:{r.Port}",
            403
        ),
        Origin("Our Origin as a user name", r => $"http://127.0.0.1:{r.Port}@evil.example", 403),
        Origin("Our host on another port", r => $"http://127.0.0.1:{r.Port ^ 1}", 403),
        Origin("Our host on the default port", _ => "http://127.0.0.1", 403),
        Origin("Our host by another scheme", r => $"https://127.0.0.1:{r.Port}", 403),
        Origin("Another name of this machine", r => $"http://localhost:{r.Port}", 403),
        Origin("The null Origin", _ => "null", 403),
        Origin("An empty Origin", _ => "", 403),
        Origin("An Origin of a file", _ => "file://", 403),
        Origin(
            "Two Origins in one header",
            r => $"http://127.0.0.1:{r.Port} http://127.0.0.1:{r.Port}",
            403
        ),
        new(
            "Our Origin and a foreign one in two headers",
            r =>
                r.And("Origin", $"http://127.0.0.1:{r.Port}").And("Origin", "https://evil.example"),
            400,
            403
        ),
        Host("localhost as Host", r => $"localhost:{r.Port}", 101),
        Host("LOCALHOST as Host", r => $"LOCALHOST:{r.Port}", 101),
        Host("The IPv6 loopback as Host", r => $"[::1]:{r.Port}", 101),
        Host("127.0.0.1 as Host", r => $"127.0.0.1:{r.Port}", 101),
        Both("localhost as Host and in the Origin", r => $"localhost:{r.Port}", 101),
        Both("The IPv6 loopback as Host and in the Origin", r => $"[::1]:{r.Port}", 101),
        Host("A foreign Host", r => $"evil.example:{r.Port}", 403),
        Host("A foreign Host without a port", _ => "evil.example", 403),
        Host("A Host that starts like ours", r => $"127.0.0.1.evil.example:{r.Port}", 403),
        Host("A Host that starts like localhost", r => $"localhost.evil.example:{r.Port}", 403),
        Host("A foreign address as Host", r => $"192.0.2.1:{r.Port}", 403),
        Both("A rebound name as Host and in the Origin", r => $"evil.example:{r.Port}", 403),
    ];

    private static HandshakeRow Origin(
        string name,
        Func<WebSocketPeerRequest, string> origin,
        int status
    ) => new(name, r => r.And("Origin", origin(r)), status);

    private static HandshakeRow Host(
        string name,
        Func<WebSocketPeerRequest, string> host,
        int status
    ) => new(name, r => r.With("Host", host(r)), status);

    private static HandshakeRow Both(
        string name,
        Func<WebSocketPeerRequest, string> host,
        int status
    ) => new(name, r => r.With("Host", host(r)).And("Origin", "http://" + host(r)), status);
}
