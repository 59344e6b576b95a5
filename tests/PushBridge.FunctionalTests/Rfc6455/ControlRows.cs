using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>RFC 6455 section 5.5: pings, pongs and the limits of control frames.</summary>
internal static class ControlRows
{
    private static readonly string Longest = new('p', 125);

    internal static IReadOnlyList<Row> All { get; } =
    [
        new Row("An empty ping gets an empty pong", Expectation.Pongs(""), Ping("")),
        new Row("A ping gets a pong with its payload", Expectation.Pongs("hello"), Ping("hello")),
        new Row("A ping of 125 bytes gets them back", Expectation.Pongs(Longest), Ping(Longest)),
        new Row(
            "A ping of arbitrary bytes gets them back",
            Expectation.Open.After(
                new WebSocketPeerFrame(PongOpcode, [0, 0xFF, 0xFE, 0x80, 0xC0, 0x0D, 0x0A])
            ),
            new WebSocketPeerFrame(PingOpcode, [0, 0xFF, 0xFE, 0x80, 0xC0, 0x0D, 0x0A])
        ),
        new Row(
            "Ten pings get ten pongs in order",
            Expectation.Pongs([.. Enumerable.Range(0, 10).Select(i => $"ping {i}")]),
            [.. Enumerable.Range(0, 10).Select(i => Ping($"ping {i}"))]
        ),
        new Row(
            "A ping before the uid is answered",
            Expectation.Pongs("early"),
            Ping("early"),
            TextFrame("control-ping-first")
        ).Saying("control-ping-first"),
        new Row(
            "Pings on both sides of the uid are answered in order",
            Expectation.Pongs("before", "after"),
            Ping("before"),
            TextFrame("control-ping-around"),
            Ping("after")
        ).Saying("control-ping-around"),
        new Row(
            "A ping between two data frames is answered",
            Expectation.Pongs("mid"),
            TextFrame("a"),
            Ping("mid"),
            BinaryFrame([1])
        ),
        new Row("A pong nobody asked for is ignored", Expectation.Open, Pong("hello")),
        new Row("An empty pong nobody asked for is ignored", Expectation.Open, Pong("")),
        new Row("A pong of 125 bytes is ignored", Expectation.Open, Pong(Longest)),
        new Row(
            "A pong before the uid is ignored",
            Expectation.Open,
            Pong("early"),
            TextFrame("control-pong-first")
        ).Saying("control-pong-first"),
        new Row(
            "A pong and a ping: only the ping is answered",
            Expectation.Pongs("question"),
            Pong("answer"),
            Ping("question")
        ),
        Broken("A ping of 126 bytes", Ping(Longest + "p")),
        Broken("A pong of 126 bytes", Pong(Longest + "p")),
        Broken("A close frame of 126 bytes", Close(1000, new string('r', 124))),
        Broken("A ping of 8192 bytes", Ping(new string('p', 8192))),
        Broken("A ping that announces 65536 bytes", Ping("").Announcing(65536)),
        Broken("An unfinished ping", Ping("hello").Unfinished),
        Broken("An unfinished empty ping", Ping("").Unfinished),
        Broken("An unfinished pong", Pong("hello").Unfinished),
        Broken("An unfinished close frame", Close(1000).Unfinished),
        Broken(
            "An unfinished ping inside a fragmented text",
            TextFrame("a").Unfinished,
            Unfinished(PingOpcode)
        ),
        Broken("An unfinished ping before the uid", Ping("hello").Unfinished).First,
        new Row(
            "A good ping is answered before the broken one closes",
            Expectation.Closed(1002).After(Pong("good")),
            Ping("good"),
            Ping("bad").Unfinished
        ),
    ];

    private static Row Broken(string name, params WebSocketPeerFrame[] frames) =>
        new Row($"{name} is a protocol error", Expectation.Closed(1002), frames);

    private static WebSocketPeerFrame Unfinished(int opcode) =>
        new WebSocketPeerFrame(opcode, [65]).Unfinished;
}
