using static PushBridge.FunctionalTests.Hostile.Steps.Common;
using static PushBridge.FunctionalTests.Hostile.Steps.Web;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>What a browser sends for a page of somebody else: none of it pushes.</summary>
internal static class HttpPageRows
{
    private const string Push = "{\"uid\":\"$ME\",\"from\":\"a page\"}";
    private const string Detail =
        "Pages of another origin and requests for another host may not push.";
    private const string TypeDetail = "The Content-Type must be application/json, in UTF-8.";

    private static readonly string[] ForeignHeaders =
    [
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1",
        "Origin: http://localhost:$PORT",
        "Origin: HTTP://127.0.0.1:$PORT",
        "Origin: http://127.0.0.1:$PORT/",
        "Origin: http://127.0.0.1.:$PORT",
        "Origin: http://127.0.0.1.evil:$PORT",
        "Origin: http://user@127.0.0.1:$PORT",
        "Origin: https://127.0.0.1:$PORT",
        "Origin: https://app.example",
        "Origin: http://$HOST\r\nOrigin: http://$HOST",
        "Origin:",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: SAME-ORIGIN",
        "Sec-Fetch-Site: same-origin\r\nOrigin: https://evil.example",
        "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: same-origin",
    ];

    private static readonly string[] ForeignHosts =
    [
        "evil.example",
        "evil.example:$PORT",
        "127.0.0.1.evil:$PORT",
        "localhost.evil:$PORT",
        "0.0.0.0:$PORT",
        "169.254.169.254",
        "[::2]:$PORT",
    ];

    private static readonly string[] FormTypes =
    [
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "text/plain; application/json",
        "application/jsonp",
        "application/json+x",
        "*/*",
    ];

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        .. ForeignHeaders.Select(header =>
            Posted(
                $"A push with {header}",
                $"Content-Type: application/json\r\n{header}",
                Problem(403, Detail)
            )
        ),
        .. FormTypes.Select(type =>
            Posted($"A push of {type}", $"Content-Type: {type}", Problem(415, TypeDetail))
        ),
        Posted("A push of no type", "X-A: b", Problem(415, TypeDetail)),
        .. ForeignHosts.Select(host => new HostileRow(
            $"A push for the host {host}",
            Port.Http,
            Send(
                $"POST /api/push/$ME HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n1"
            ),
            Problem(403, Detail),
            Works
        )),
        new(
            "A preflight",
            Port.Http,
            Request(
                "OPTIONS /api/push/$ME",
                "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type"
            ),
            Problem(405),
            Works
        ),
        new(
            "A preflight for a private network",
            Port.Http,
            Request(
                "OPTIONS /api/broadcast",
                "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true"
            ),
            Problem(405),
            Works
        ),
        new(
            "A kick by an image",
            Port.Http,
            Request("GET /api/uids/$ME", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image"),
            Problem(403, Detail),
            Works
        ),
        new(
            "A batch of a foreign page",
            Port.Http,
            Request("POST /api/commands", "Content-Type: application/json\r\nOrigin: null", Push),
            Problem(403, Detail),
            Works
        ),
        new(
            "A batch by a form",
            Port.Http,
            Request("POST /api/commands", "Content-Type: text/plain", Push),
            Problem(
                415,
                "The Content-Type must be application/x-ndjson or application/json, in UTF-8."
            ),
            Works
        ),
        new(
            "A method in disguise",
            Port.Http,
            Request(
                "POST /api/uids/$ME",
                "Content-Type: application/json\r\nX-HTTP-Method-Override: DELETE",
                "1"
            ),
            Problem(405),
            Works
        ),
        new(
            "A Host that lies about forwarding",
            Port.Http,
            Request(
                "GET /health/live",
                "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\nX-Original-URL: /api/broadcast"
            ),
            Answer(200, "live\n"),
            Works
        ),
    ];

    private static HostileRow Posted(string name, string headers, Step answer) =>
        new(name, Port.Http, Request("POST /api/push/$ME", headers, Push), answer, Works);
}
