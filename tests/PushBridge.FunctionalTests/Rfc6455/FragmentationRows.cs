using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>RFC 6455 section 5.4: messages in several frames.</summary>
internal static class FragmentationRows
{
    internal static IReadOnlyList<Row> All { get; } =
    [
        new Row(
            "A uid in two text fragments",
            Expectation.Open,
            Fragments(TextOpcode, "fragments-"u8.ToArray(), "two"u8.ToArray())
        ).Saying("fragments-two"),
        new Row(
            "A uid in two binary fragments",
            Expectation.Open,
            Fragments(BinaryOpcode, "fragments-"u8.ToArray(), "binary"u8.ToArray())
        ).Saying("fragments-binary"),
        new Row(
            "A uid in one-byte fragments",
            Expectation.Open,
            Fragments(TextOpcode, [.. "fragments-each"u8.ToArray().Select(b => new[] { b })])
        ).Saying("fragments-each"),
        new Row(
            "A uid behind an empty first fragment",
            Expectation.Open,
            Fragments(TextOpcode, [], "fragments-late"u8.ToArray())
        ).Saying("fragments-late"),
        new Row(
            "A uid with an empty last fragment",
            Expectation.Open,
            Fragments(TextOpcode, "fragments-early"u8.ToArray(), [])
        ).Saying("fragments-early"),
        new Row(
            "A ping between the fragments of the uid is answered",
            Expectation.Pongs("between"),
            TextFrame("fragments-").Unfinished,
            Ping("between"),
            ContinuationFrame("ping"u8.ToArray())
        ).Saying("fragments-ping"),
        new Row(
            "A later message in two fragments is ignored",
            Expectation.Open,
            Fragments(TextOpcode, [65], [66])
        ),
        new Row(
            "A later binary message in three fragments",
            Expectation.Open,
            Fragments(BinaryOpcode, [1], [], [0xFF])
        ),
        new Row(
            "A message of empty fragments only is ignored",
            Expectation.Open,
            Fragments(TextOpcode, [], [], [])
        ),
        new Row(
            "Two fragmented messages one after the other",
            Expectation.Open,
            [.. Fragments(TextOpcode, [65], [66]), .. Fragments(BinaryOpcode, [1], [2])]
        ),
        new Row(
            "An unfinished message keeps the connection",
            Expectation.Open,
            TextFrame("a").Unfinished
        ),
        new Row(
            "A ping after each fragment is answered",
            Expectation.Pongs("one", "two"),
            TextFrame("a").Unfinished,
            Ping("one"),
            ContinuationFrame([66]).Unfinished,
            Ping("two"),
            ContinuationFrame([67])
        ),
        new Row(
            "A pong between fragments is ignored",
            Expectation.Open,
            TextFrame("a").Unfinished,
            Pong("between"),
            ContinuationFrame([66])
        ),
        new Row(
            "A close frame between fragments is answered",
            Expectation.Closed(1000),
            TextFrame("a").Unfinished,
            Close(1000)
        ),
        Broken("A continuation of nothing", Continuation()),
        Broken("An empty continuation of nothing", ContinuationFrame([])),
        Broken("An unfinished continuation of nothing", Continuation().Unfinished),
        Broken("A continuation as the first frame", Continuation()).First,
        Broken("A continuation of a finished message", TextFrame("a"), Continuation()),
        Broken(
            "A second continuation of a finished message",
            [.. Fragments(TextOpcode, [65], [66]), Continuation()]
        ),
        Broken("A continuation after a ping", Ping("x"), Continuation()) with
        {
            Expected = Expectation.Closed(1002).After(Pong("x")),
        },
        Broken("A text frame inside a fragmented text", TextFrame("a").Unfinished, TextFrame("b")),
        Broken(
            "A binary frame inside a fragmented text",
            TextFrame("a").Unfinished,
            BinaryFrame([1])
        ),
        Broken(
            "A text frame inside a fragmented binary",
            BinaryFrame([1]).Unfinished,
            TextFrame("a")
        ),
        Broken(
            "A binary frame inside a fragmented binary",
            BinaryFrame([1]).Unfinished,
            BinaryFrame([2])
        ),
        Broken(
            "An unfinished text frame inside one",
            TextFrame("a").Unfinished,
            TextFrame("b").Unfinished
        ),
        Broken(
            "A text frame after a continuation",
            TextFrame("a").Unfinished,
            More(),
            TextFrame("b")
        ),
        Broken(
            "A text frame inside a fragmented uid",
            TextFrame("a").Unfinished,
            TextFrame("b")
        ).First,
    ];

    private static WebSocketPeerFrame Continuation() => ContinuationFrame([66]);

    private static WebSocketPeerFrame More() => Continuation().Unfinished;

    private static Row Broken(string name, params WebSocketPeerFrame[] frames) =>
        new Row($"{name} is a protocol error", Expectation.Closed(1002), frames);
}
