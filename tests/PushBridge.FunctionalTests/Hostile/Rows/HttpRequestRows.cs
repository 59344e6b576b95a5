using static PushBridge.FunctionalTests.Hostile.Steps.Common;
using static PushBridge.FunctionalTests.Hostile.Steps.Web;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Verbs, paths and heads that no program of ours sends.</summary>
internal static class HttpRequestRows
{
    private const string Name =
        "A uid or group name has 1 to 256 bytes of UTF-8 without control characters.";

    private static readonly (string Path, string[] Allowed)[] Paths =
    [
        ("/api/push/$ME", ["POST"]),
        ("/api/broadcast", ["POST"]),
        ("/api/groups/g", ["POST"]),
        ("/api/groups/g/uids/$ME", ["PUT", "DELETE"]),
        ("/api/uids/nobody", ["GET", "DELETE"]),
        ("/api/count", ["GET"]),
        ("/api/commands", ["POST"]),
        ("/health/live", ["GET"]),
        ("/health/ready", ["GET"]),
        ("/openapi/v1.json", ["GET"]),
    ];

    private static readonly string[] Verbs =
    [
        "GET",
        "POST",
        "PUT",
        "DELETE",
        "PATCH",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "PROPFIND",
        "X",
    ];

    internal static IReadOnlyList<HostileRow> All { get; } =
    [.. NotAllowed(), .. Lost(), .. Heads(), .. Foreign()];

    private static IEnumerable<HostileRow> NotAllowed() =>
        from path in Paths
        from verb in Verbs.Except(path.Allowed, StringComparer.Ordinal)
        select new HostileRow(
            $"{verb} of {path.Path}",
            Port.Http,
            Request($"{verb} {path.Path}", Json, Push),
            Problem(405),
            Works
        );

    private static IEnumerable<HostileRow> Lost()
    {
        foreach (
            string path in (string[])
                [
                    "/",
                    "/api",
                    "/api/",
                    "/api/push",
                    "/api/push/",
                    "/api/push//",
                    "/api/push/$ME/x",
                    "/api/push/a/../../$ME",
                    "/api/groups/%2e%2e",
                    "//api/push/$ME",
                    "/API",
                    "/hub",
                    "/hub/negotiate",
                    "/demo.json",
                    "/index.html",
                    "/appsettings.json",
                    "/../appsettings.json",
                    "/..%2fappsettings.json",
                    "/.git/config",
                    "/metrics/..;/",
                    "/api/push/$ME;x/y",
                ]
        )
        {
            yield return new HostileRow(
                $"POST to {path}",
                Port.Http,
                Request($"POST {path}", Json, Push),
                Problem(404),
                Works
            );
        }
    }

    private static IEnumerable<HostileRow> Heads()
    {
        (string What, string Bytes, int Status)[] heads =
        [
            ("A TLS hello", "\u0016\u0003\u0001\u0002\u0000\r\n\r\n", 400),
            ("A line of the text port", "{\"uid\":\"$ME\"}\n", 400),
            ("HTTP/3.0", "GET /health/live HTTP/3.0\r\nHost: $HOST\r\n\r\n", 505),
            ("No Host", "GET /health/live HTTP/1.1\r\n\r\n", 400),
            ("Two Hosts", "GET /health/live HTTP/1.1\r\nHost: $HOST\r\nHost: $HOST\r\n\r\n", 400),
            ("A Host that is none", "GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
            ("A Host with a path", "GET /health/live HTTP/1.1\r\nHost: $HOST/x\r\n\r\n", 400),
            ("An escaped NUL", "GET /api/uids/%00 HTTP/1.1\r\nHost: $HOST\r\n\r\n", 400),
            ("A raw NUL in the path", "GET /api/uids/\0 HTTP/1.1\r\nHost: $HOST\r\n\r\n", 400),
            (
                "A raw line feed in the path",
                "GET /api/uids/\n HTTP/1.1\r\nHost: $HOST\r\n\r\n",
                505
            ),
            (
                "An absolute target of another host",
                "GET http://evil.example/api/count HTTP/1.1\r\nHost: $HOST\r\n\r\n",
                400
            ),
            (
                "A folded header",
                "GET /health/live HTTP/1.1\r\nHost: $HOST\r\nX-A: b\r\n c\r\n\r\n",
                400
            ),
            (
                "A NUL in a header",
                "GET /health/live HTTP/1.1\r\nHost: $HOST\r\nX-A: b\0c\r\n\r\n",
                400
            ),
            (
                "A space before a colon",
                "GET /health/live HTTP/1.1\r\nHost: $HOST\r\nX-A : b\r\n\r\n",
                400
            ),
            (
                "101 headers",
                $"GET /health/live HTTP/1.1\r\nHost: $HOST\r\n{string.Concat(Enumerable.Repeat("a: b\r\n", 101))}\r\n",
                431
            ),
            (
                "A header of 40,000 bytes",
                $"GET /health/live HTTP/1.1\r\nHost: $HOST\r\nA: {new string('a', 40_000)}\r\n\r\n",
                431
            ),
            (
                "A path of 40,000 bytes",
                $"GET /{new string('a', 40_000)} HTTP/1.1\r\nHost: $HOST\r\n\r\n",
                414
            ),
        ];
        foreach ((string what, string bytes, int status) in heads)
        {
            yield return new HostileRow(
                $"{what} over HTTP",
                Port.Http,
                SendRudely(bytes),
                Answer(status, ""),
                End
            );
        }

        yield return new(
            "HTTP/1.0 is answered, and that is all",
            Port.Http,
            Send("GET /health/live HTTP/1.0\r\n\r\n"),
            Answer(200, "live\n"),
            End
        );
        yield return new(
            "The HTTP/2 preface over HTTP",
            Port.Http,
            Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            Reply("\0\0\u0008\u0007\0\0\0\0\0\0\0\0\0\0\0\0\r"),
            End
        );
        yield return new(
            "An upgrade to HTTP/2 is not taken",
            Port.Http,
            Request(
                "GET /health/live",
                "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"
            ),
            Answer(200, "live\n"),
            Works
        );
        yield return new(
            "A WebSocket handshake on the HTTP port",
            Port.Http,
            Request(
                "GET /hub",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
            ),
            Problem(404),
            Works
        );
        yield return new(
            "Ten requests in one packet, one of them bad",
            Port.Http,
            Send(
                string.Concat(
                    Enumerable
                        .Range(0, 10)
                        .Select(i =>
                            $"GET {(i == 4 ? "/api/uids/%01" : "/health/live")} HTTP/1.1\r\nHost: $HOST\r\n\r\n"
                        )
                )
            ),
            Answer(200, "live\n"),
            Answer(200, "live\n"),
            Answer(200, "live\n"),
            Answer(200, "live\n"),
            Problem(400, Name),
            Answer(200, "live\n"),
            Answer(200, "live\n"),
            Answer(200, "live\n"),
            Answer(200, "live\n"),
            Answer(200, "live\n"),
            Works
        );
        yield return new(
            "A request byte by byte",
            Port.Http,
            Drip("GET /health/live HTTP/1.1\r\nHost: $HOST\r\n\r\n"),
            Answer(200, "live\n"),
            Works
        );
        yield return new("A half-close at once over HTTP", Port.Http, HalfClose, End);
        yield return new(
            "Half a head and a reset over HTTP",
            Port.Http,
            Send("GET / HTTP/1.1\r\nHo"),
            Reset
        );
    }

    private static IEnumerable<HostileRow> Foreign()
    {
        foreach (
            string name in (string[])
                [
                    "%ZZ",
                    "%2",
                    "%FF",
                    "%C3",
                    "%C0%80",
                    "%ED%A0%80",
                    "%0A",
                    "%0D%0Aevil:%20x",
                    "%1B%5B2J",
                    "%7F",
                    "%C2%80",
                    new string('u', 257),
                ]
        )
        {
            yield return new HostileRow(
                $"A push to {name}",
                Port.Http,
                Request($"POST /api/push/{name}", Json, Push),
                Problem(400, Name),
                Works
            );
        }
    }

    private const string Json = "Content-Type: application/json";
    private const string Push = "{\"uid\":\"$ME\"}";
}
