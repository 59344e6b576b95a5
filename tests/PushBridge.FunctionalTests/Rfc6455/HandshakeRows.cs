using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>RFC 6455 section 4.2: the client's half of the opening handshake, right and wrong.</summary>
internal static class HandshakeRows
{
    private static readonly (string What, string Key)[] BadKeys =
    [
        ("nothing", ""),
        ("15 bytes", "AAAAAAAAAAAAAAAAAAAA"),
        ("17 bytes", "AAAAAAAAAAAAAAAAAAAAAAA="),
        ("32 bytes", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("16 bytes without padding", "AAAAAAAAAAAAAAAAAAAAAA"),
        ("a character outside base64", "dGhlIHNhbXBsZSBub25j*Q=="),
        ("padding in the middle", "dGhlIHNhbX==ZSBub25jZQ=="),
    ];

    internal static IReadOnlyList<HandshakeRow> Good { get; } = [.. Accepted()];

    internal static IReadOnlyList<HandshakeRow> Bad { get; } = [.. Refused()];

    /// <summary>Good and bad, and what depends on our own listener and page.</summary>
    internal static IReadOnlyList<HandshakeRow> All { get; } =
    [.. Good, .. Bad, .. Limits(), .. Plain()];

    private static IEnumerable<HandshakeRow> Accepted()
    {
        yield return new("A minimal handshake", r => r, 101);
        yield return new(
            "Another key gets another accept",
            r => r.With("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA=="),
            101
        );
        yield return new("Upgrade in mixed case", r => r.With("Upgrade", "WebSocket"), 101);
        yield return new("Upgrade in upper case", r => r.With("Upgrade", "WEBSOCKET"), 101);
        yield return new("Upgrade in a list", r => r.With("Upgrade", "h2c, websocket"), 101);
        yield return new(
            "Upgrade in two headers",
            r => r.With("Upgrade", "h2c").And("Upgrade", "websocket"),
            101
        );
        yield return new("Connection in lower case", r => r.With("Connection", "upgrade"), 101);
        yield return new(
            "Connection in a list",
            r => r.With("Connection", "keep-alive, Upgrade"),
            101
        );
        yield return new(
            "Connection in a tight list",
            r => r.With("Connection", "keep-alive,upgrade"),
            101
        );
        yield return new(
            "Connection in two headers",
            r => r.With("Connection", "keep-alive").And("Connection", "Upgrade"),
            101
        );
        yield return new(
            "Header names in lower case",
            r => Renamed(r, n => n.ToLowerInvariant()),
            101
        );
        yield return new(
            "Header names in upper case",
            r => Renamed(r, n => n.ToUpperInvariant()),
            101
        );
        yield return new(
            "Spaces around a value",
            r => r.With("Sec-WebSocket-Version", "  13 \t"),
            101
        );
        yield return new(
            "A subprotocol offered, none selected",
            r => r.And("Sec-WebSocket-Protocol", "chat"),
            101
        );
        yield return new(
            "Several subprotocols offered, none selected",
            r =>
                r.And("Sec-WebSocket-Protocol", "chat, superchat")
                    .And("Sec-WebSocket-Protocol", "mqtt"),
            101
        );
        yield return new(
            "Compression offered, none selected",
            r => r.And("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
            101
        );
        yield return new(
            "An unknown extension offered",
            r => r.And("Sec-WebSocket-Extensions", "x-unknown"),
            101
        );
        yield return new("A query", r => r with { Line = "GET /?x=1 HTTP/1.1" }, 101);
        yield return new("An empty query", r => r with { Line = "GET /? HTTP/1.1" }, 101);
        yield return new(
            "An absolute target",
            r => r with { Line = $"GET http://{r.Server}/ HTTP/1.1" },
            101
        );
        yield return new(
            "Headers nobody knows",
            r => r.And("X-Unknown", "1").And("Cookie", "a=b; c=d"),
            101
        );
        yield return new("A head of 16 KiB", r => WithHeaders(r, 4, 4096), 101);
        yield return new("60 headers", r => WithHeaders(r, 55, 8), 101);
    }

    private static IEnumerable<HandshakeRow> Refused()
    {
        yield return new("No version", r => r.Without("Sec-WebSocket-Version"), 426)
        {
            Demands = Version13,
        };
        foreach (var version in new[] { "0", "7", "8", "12", "14", "113", "thirteen" })
        {
            yield return new(
                $"Version {version}",
                r => r.With("Sec-WebSocket-Version", version),
                426
            )
            {
                Demands = Version13,
            };
        }

        yield return new("No key", r => r.Without("Sec-WebSocket-Key"), 400);
        yield return new(
            "Two keys",
            r => r.And("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA=="),
            400
        );
        yield return new(
            "The same key twice",
            r => r.And("Sec-WebSocket-Key", WebSocketPeerRequest.SampleKey),
            400
        );
        foreach (var (what, key) in BadKeys)
        {
            yield return new($"A key of {what}", r => r.With("Sec-WebSocket-Key", key), 400);
        }

        yield return new("HTTP/1.0", r => r with { Line = "GET / HTTP/1.0" }, 400);
        foreach (var method in new[] { "POST", "PUT", "OPTIONS", "DELETE" })
        {
            yield return new(
                $"{method} instead of GET",
                r => r with { Line = $"{method} / HTTP/1.1" },
                400,
                405
            );
        }

        // Without the upgrade, HEAD is a question about the page.
        yield return new(
            "HEAD instead of GET",
            r => r with { Line = "HEAD / HTTP/1.1" },
            200,
            400,
            405
        );
        yield return new("No Host", r => r.Without("Host"), 400);
        yield return new("Two Hosts", r => r.And("Host", r["Host"]!), 400);
        yield return new("A Host that is no host", r => r.With("Host", "a b"), 400, 403);
        yield return new("An announced body", r => r.And("Content-Length", "5"), 200, 400);
        yield return new(
            "An announced chunked body",
            r => r.And("Transfer-Encoding", "chunked"),
            200,
            400
        );
        yield return new("Another path", r => r with { Line = "GET /other HTTP/1.1" }, 404);
        yield return new("A space before a colon", r => r.And("X-Space ", "1"), 400);
        yield return new("A header without a name", r => r.And("", "1"), 400);
        yield return new("A request line without a version", r => r with { Line = "GET /" }, 400);
        yield return new("HTTP/3.7", r => r with { Line = "GET / HTTP/3.7" }, 400, 505);
    }

    private static IEnumerable<HandshakeRow> Limits()
    {
        yield return new("A header of 33 KiB", r => WithHeaders(r, 1, 33 * 1024), 431);
        yield return new("Headers of 33 KiB in sum", r => WithHeaders(r, 33, 1024), 431);
        yield return new("A head of 200 KiB", r => WithHeaders(r, 50, 4096), 431);
        yield return new("101 headers", r => WithHeaders(r, 96, 1), 431);
        yield return new("1000 headers", r => WithHeaders(r, 995, 1), 431);
        yield return new(
            "A request line of 33 KiB",
            r => r with { Line = $"GET /?{new string('q', 33 * 1024)} HTTP/1.1" },
            414,
            431
        );
    }

    private static IEnumerable<HandshakeRow> Plain()
    {
        (string, string) page = ("Content-Type", "text/html");
        yield return new("A plain GET gets the page", r => PlainGet(r), 200) { Demands = page };
        yield return new(
            "A plain GET with a query gets the page",
            r => PlainGet(r) with { Line = "GET /?a=1 HTTP/1.1" },
            200
        )
        {
            Demands = page,
        };
        yield return new("Upgrade to something else", r => r.With("Upgrade", "h2c"), 200, 400);
        yield return new("No Upgrade header", r => r.Without("Upgrade"), 200, 400);
        yield return new("No Connection header", r => r.Without("Connection"), 200, 400);
        yield return new("Connection: close", r => r.With("Connection", "close"), 200, 400);
        yield return new("Connection: xupgrade", r => r.With("Connection", "xupgrade"), 200, 400);
    }

    private static (string, string) Version13 => ("Sec-WebSocket-Version", "13");

    private static WebSocketPeerRequest PlainGet(WebSocketPeerRequest request) =>
        request with
        {
            Headers = [("Host", request["Host"]!)],
        };

    private static WebSocketPeerRequest Renamed(
        WebSocketPeerRequest request,
        Func<string, string> rename
    ) => request with { Headers = [.. request.Headers.Select(h => (rename(h.Name), h.Value))] };

    private static WebSocketPeerRequest WithHeaders(
        WebSocketPeerRequest request,
        int count,
        int length
    ) =>
        Enumerable
            .Range(0, count)
            .Aggregate(request, (r, i) => r.And($"X-{i}", new string('x', length)));
}
