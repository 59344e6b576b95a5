using static PushBridge.FunctionalTests.Hostile.Steps.Common;
using static PushBridge.FunctionalTests.Hostile.Steps.Web;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Bodies that are too long, too slow, cut short, or not what their head says.</summary>
internal static class HttpBodyRows
{
    private const string Head =
        "POST /api/push/$ME HTTP/1.1\r\nHost: $HOST\r\nContent-Type: application/json\r\n";
    private const string Batch =
        "POST /api/commands HTTP/1.1\r\nHost: $HOST\r\nContent-Type: application/x-ndjson\r\n";
    private const string Malformed = "The body breaks the rules of HTTP, or comes too slowly.";
    private const string BadRequest = "{\"ok\":false,\"reason\":\"bad_request\"}\n";
    private static readonly string TooLong =
        $"A payload has at most {HostileServer.MaxLine} bytes.";

    internal static IReadOnlyList<HostileRow> All { get; } =
    [.. Payloads(), .. Framing(), .. Batches()];

    private static IEnumerable<HostileRow> Payloads()
    {
        yield return Posted("An empty body", "", "The payload is not one JSON value.");
        yield return Posted("White space", " \r\n ", "The payload is not one JSON value.");
        yield return Posted("Two values", "1 2", "The payload is not one JSON value.");
        yield return Posted(
            "A byte order mark",
            "\u00EF\u00BB\u00BF1",
            "The payload is not one JSON value."
        );
        yield return Posted("A form", "uid=$ME&percent=88", "The payload is not one JSON value.");
        yield return Posted("NaN as payload", "NaN", "The payload is not one JSON value.");
        yield return Posted("A raw NUL", "\"\0\"", "The payload is not one JSON value.");
        yield return Posted("Latin-1 as payload", "\"\u00E4\"", "The payload is not UTF-8.");
        yield return Posted(
            "A surrogate in UTF-8",
            "\"\u00ED\u00A0\u0080\"",
            "The payload is not UTF-8."
        );
        yield return Posted(
            "65 levels as payload",
            new string('[', 65) + new string(']', 65),
            "The payload is nested more than 64 levels deep."
        );
        yield return Posted(
            "100,000 brackets as payload",
            new string('[', 100_000),
            "The payload is nested more than 64 levels deep."
        );
        yield return Posted("gzip", "\u001F\u008B\u0008\u0000", "The payload is not UTF-8.");
    }

    private static IEnumerable<HostileRow> Framing()
    {
        yield return Refused(
            "A body one byte too long",
            $"{Head}Content-Length: {HostileServer.MaxLine + 1}\r\n\r\n",
            Problem(413, TooLong)
        );
        yield return Refused(
            "A length of 2^63 - 1",
            $"{Head}Content-Length: 9223372036854775807\r\n\r\n",
            Problem(413, TooLong)
        );
        yield return Refused(
            "A length of 2^64",
            $"{Head}Content-Length: 18446744073709551616\r\n\r\n",
            Answer(400)
        );
        yield return Refused(
            "A length below zero",
            $"{Head}Content-Length: -1\r\n\r\n",
            Answer(400)
        );
        yield return Refused(
            "A length that is no number",
            $"{Head}Content-Length: 1x\r\n\r\n1",
            Answer(400)
        );
        yield return Refused(
            "Two different lengths",
            $"{Head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n1",
            Answer(400)
        );
        yield return Refused(
            "A chunk size that is none",
            $"{Head}Transfer-Encoding: chunked\r\n\r\nZ\r\n1\r\n0\r\n\r\n",
            Problem(400, Malformed)
        );
        yield return Refused(
            "A chunk size of 2^64",
            $"{Head}Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n",
            Problem(400, Malformed)
        );
        yield return Refused(
            "A chunk without its end",
            $"{Head}Transfer-Encoding: chunked\r\n\r\n1\r\n1XX",
            Problem(400, Malformed)
        );
        yield return new(
            "Chunked twice is chunked",
            Port.Http,
            Send(
                $"{Head}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            Problem(400, "The payload is not one JSON value."),
            Works
        );
        yield return Refused(
            "An encoding nobody knows",
            $"{Head}Transfer-Encoding: gzip\r\n\r\n",
            Answer(400)
        );
        yield return new(
            "A length and chunks: the chunks count, and the connection ends",
            Port.Http,
            Send(
                $"{Head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n7\r\n0\r\n\r\n{Head}Content-Length: 1\r\n\r\n8"
            ),
            Answer(200, "{\"ok\":true,\"connections\":1}\n"),
            End,
            Relayed("7")
        );
        yield return new(
            "A chunked body without end",
            Port.Http,
            SendRudely(
                $"{Head}Transfer-Encoding: chunked\r\n\r\n{string.Concat(Enumerable.Repeat("1000\r\n" + new string('1', 0x1000) + "\r\n", 100))}"
            ),
            Problem(413, TooLong)
        );
        yield return new(
            "A client that waits to be told to continue",
            Port.Http,
            Send($"{Head}Content-Length: 1\r\nExpect: 100-continue\r\n\r\n"),
            Reply("HTTP/1.1 100 Continue\r\n\r\n"),
            Send("9"),
            Answer(200, "{\"ok\":true,\"connections\":1}\n"),
            Relayed("9"),
            Works
        );
        yield return Refused(
            "A foreign page that waits to be told to continue",
            $"{Head}Origin: null\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n",
            Problem(403, "Pages of another origin and requests for another host may not push.")
        );
        yield return new(
            "An expectation nobody knows is not looked at",
            Port.Http,
            Send($"{Head}Content-Length: 1\r\nExpect: miracles\r\n\r\n6"),
            Answer(200, "{\"ok\":true,\"connections\":1}\n"),
            Relayed("6"),
            Works
        );
        yield return new(
            "Half a body and a half-close",
            Port.Http,
            Send($"{Head}Content-Length: 10\r\n\r\n123"),
            HalfClose,
            Dropped
        );
        yield return new(
            "Half a body and a reset",
            Port.Http,
            Send($"{Head}Content-Length: 10\r\n\r\n123"),
            Reset
        );
        yield return new(
            "A body that stays away",
            Port.Http,
            Send($"{Head}Content-Length: 10\r\n\r\n1"),
            Problem(408, Malformed),
            Dropped
        );
    }

    private static IEnumerable<HostileRow> Batches()
    {
        yield return Batched("Garbage lines", "]\n\"\n\n", BadRequest + BadRequest + BadRequest);
        yield return Batched(
            "A line that is too long",
            $"{{\"x\":\"{new string('x', HostileServer.MaxLine)}\"}}\n{{\"uid\":\"$ME\"}}\n",
            BadRequest
        );
        yield return Batched(
            "1,001 lines",
            string.Concat(Enumerable.Repeat("]\n", 1_001)) + "{\"uid\":\"$ME\"}\n",
            string.Concat(Enumerable.Repeat(BadRequest, 1_001))
        );
        yield return Batched(
            "A second HTTP request as lines",
            "POST /api/push/$ME HTTP/1.1\r\n\r\n",
            BadRequest + BadRequest
        );
        yield return new(
            "A batch of chunks that are none",
            Port.Http,
            Send($"{Batch}Transfer-Encoding: chunked\r\n\r\nZ\r\n"),
            Problem(400, Malformed),
            Dropped
        );
        yield return new(
            "A batch whose second chunk is none",
            Port.Http,
            Send($"{Batch}Transfer-Encoding: chunked\r\n\r\n17\r\n{{\"uid\":\"$ME\"}}\n\r\n"),
            Relayed("{\"uid\":\"$ME\"}"),
            SendRudely("Z\r\n"),
            Dropped
        );
        yield return new(
            "Half a batch line and a reset",
            Port.Http,
            Send($"{Batch}Content-Length: 100\r\n\r\n{{\"uid\":\"$ME\"}}"),
            Reset
        );
        yield return new(
            "Half a batch line and a half-close",
            Port.Http,
            Send($"{Batch}Content-Length: 100\r\n\r\n{{\"uid\":\"$ME\"}}"),
            HalfClose,
            Dropped
        );
    }

    private static HostileRow Posted(string name, string body, string detail) =>
        new(
            name,
            Port.Http,
            Request("POST /api/push/$ME", "Content-Type: application/json", body),
            Problem(400, detail),
            Works
        );

    private static HostileRow Batched(string name, string body, string replies) =>
        new(
            $"{name} in a batch",
            Port.Http,
            Request("POST /api/commands", "Content-Type: application/x-ndjson", body),
            Answer(200, replies)
        );

    private static HostileRow Refused(string name, string bytes, Step answer) =>
        new(name, Port.Http, SendRudely(bytes), answer, Dropped);
}
