using static PushBridge.FunctionalTests.Hostile.Steps.Common;
using static PushBridge.FunctionalTests.Hostile.Steps.Hub;
using static PushBridge.FunctionalTests.Hostile.Steps.Web;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>The hub's negotiation and its transports over HTTP: wrong verbs, ids that are not ours, and pages of others.</summary>
internal static class HubTransportRows
{
    private const string Negotiation = "POST /hub/negotiate?negotiateVersion=1";
    private const string Nobody = "No Connection with that ID";

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        .. Verbs(),
        .. Strangers(),
        .. Pages(),
        new(
            "Two polls at once are both answered",
            Port.Clients,
            Negotiate,
            Request("GET /hub?id=$TOKEN"),
            Answer(200, ""),
            Request("POST /hub?id=$TOKEN", body: "{\"protocol\":\"json\",\"version\":1}\u001E"),
            Answer(200, ""),
            Request("GET /hub?id=$TOKEN"),
            Answer(200, "{}\u001E"),
            Request("GET /hub?id=$TOKEN"),
            Reconnect,
            Request("GET /hub?id=$TOKEN"),
            Reconnect,
            Request("POST /hub?id=$TOKEN", body: "{\"type\":7}\u001E"),
            Answer(200, ""),
            AllAnswered
        ),
        new(
            "Garbage by post ends a polling connection",
            Port.Clients,
            Negotiate,
            Request("GET /hub?id=$TOKEN"),
            Answer(200, ""),
            Request("POST /hub?id=$TOKEN", body: "garbage\u001E"),
            Answer(200, ""),
            Request("GET /hub?id=$TOKEN"),
            Answer(
                200,
                "{\"error\":\"An unexpected error occurred during connection handshake.\"}\u001E"
            )
        ),
        new(
            "A post over the limit ends a polling connection",
            Port.Clients,
            Negotiate,
            Request("GET /hub?id=$TOKEN"),
            Answer(200, ""),
            Request("POST /hub?id=$TOKEN", body: new string('x', 20_000)),
            Answer(200, ""),
            Request("GET /hub?id=$TOKEN"),
            Answer(200, "{\"error\":\"Handshake was canceled.\"}\u001E")
        ),
        new(
            "A WebSocket for a connection that polls",
            Port.Clients,
            Negotiate,
            Request("GET /hub?id=$TOKEN"),
            Answer(200, ""),
            Request("GET /hub?id=$TOKEN", Upgrade),
            Answer(400)
        ),
    ];

    private static string Upgrade =>
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    private static IEnumerable<HostileRow> Verbs()
    {
        foreach (string verb in (string[])["GET", "PUT", "DELETE", "PATCH", "TRACE", "QUERY"])
        {
            yield return Asked($"Negotiation by {verb}", $"{verb} /hub/negotiate", Answer(405, ""));
        }

        yield return Asked("PUT to the hub", "PUT /hub", Answer(405, ""));
        yield return Asked(
            "A version of the negotiation that is no number",
            "POST /hub/negotiate?negotiateVersion=x",
            Answer(200)
        );
        yield return Asked(
            "A version of the negotiation below zero",
            "POST /hub/negotiate?negotiateVersion=-1",
            Answer(200)
        );
        yield return Asked(
            "Version 99 of the negotiation",
            "POST /hub/negotiate?negotiateVersion=99",
            Answer(200)
        );
    }

    private static IEnumerable<HostileRow> Strangers()
    {
        yield return Asked(
            "A get without an id",
            "GET /hub",
            Answer(400, "Connection ID required")
        );
        yield return Asked(
            "A post without an id",
            "POST /hub",
            Answer(400, "Connection ID required")
        );
        yield return Asked(
            "A delete without an id",
            "DELETE /hub",
            Answer(400, "Connection ID required")
        );
        yield return Asked(
            "A poll of somebody else's connection",
            "GET /hub?id=foreign",
            Answer(404, Nobody)
        );
        yield return Asked(
            "A post to somebody else's connection",
            "POST /hub?id=foreign",
            Answer(404, Nobody)
        );
        yield return Asked(
            "A delete of somebody else's connection",
            "DELETE /hub?id=foreign",
            Answer(404, Nobody)
        );
        yield return Asked(
            "An id of 10,000 bytes",
            $"GET /hub?id={new string('i', 7_000)}",
            Answer(404, Nobody)
        );
        yield return Asked("Two ids", "GET /hub?id=a&id=b", Answer(404, Nobody));
        yield return Asked(
            "An event stream of somebody else's connection",
            "GET /hub?id=foreign",
            Answer(404, Nobody),
            "Accept: text/event-stream"
        );
        yield return Asked(
            "A WebSocket of somebody else's connection",
            "GET /hub?id=foreign",
            Answer(404, Nobody),
            Upgrade
        );
    }

    private static IEnumerable<HostileRow> Pages()
    {
        foreach (
            string header in (string[])
                [
                    "Origin: https://evil.example",
                    "Origin: null",
                    "Origin: http://127.0.0.1.evil:$PORT",
                    "Origin: HTTP://127.0.0.1:$PORT",
                    "Origin: http://127.0.0.1:$PORT/",
                    "Origin: http://$HOST\r\nOrigin: https://evil.example",
                ]
        )
        {
            yield return Asked(
                $"A negotiation with {header}",
                Negotiation,
                Answer(403, ""),
                header
            );
        }

        yield return Asked(
            "A hub WebSocket of a foreign page",
            "GET /hub",
            Answer(403, ""),
            $"{Upgrade}\r\nOrigin: https://evil.example"
        );
        yield return Asked(
            "An event stream of a foreign page",
            "GET /hub?id=a",
            Answer(403, ""),
            "Accept: text/event-stream\r\nOrigin: https://evil.example"
        );
        yield return Asked(
            "A preflight of a foreign page",
            "OPTIONS /hub/negotiate",
            Answer(403, ""),
            "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST"
        );
        yield return new(
            "A negotiation for another host",
            Port.Clients,
            Send(
                $"{Negotiation} HTTP/1.1\r\nHost: evil.example:$PORT\r\nContent-Length: 0\r\n\r\n"
            ),
            Answer(403, "")
        );
    }

    private static HostileRow Asked(string name, string line, Step answer, string headers = "") =>
        new(
            name,
            Port.Clients,
            Request(line, headers),
            answer,
            Request("GET /demo.json"),
            Answer(200)
        );
}
