using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;
using static PushBridge.FunctionalTests.Rfc6455.FramingRows;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>The limits of one message: 8192 bytes and 64 fragments.</summary>
internal static class LimitRows
{
    internal static IReadOnlyList<Row> All { get; } =
    [
        new Row("A text of 8191 bytes passes", Expectation.Open, TextFrame(Letters(8191))),
        new Row("A text of 8192 bytes passes", Expectation.Open, TextFrame(Letters(8192))),
        new Row("A binary of 8192 bytes passes", Expectation.Open, BinaryFrame(Letters(8192))),
        new Row(
            "Ten messages of 8192 bytes pass",
            Expectation.Open,
            [.. Enumerable.Repeat(TextFrame(Letters(8192)), 10)]
        ),
        TooBig("A text of 8193 bytes", TextFrame(Letters(8193))),
        TooBig("A binary of 8193 bytes", BinaryFrame(Letters(8193))),
        TooBig("A binary of 20000 bytes", BinaryFrame(Letters(20000))),
        TooBig("The header alone of 8193 bytes", TextFrame("").Announcing(8193)),
        TooBig("The header alone of 65535 bytes", TextFrame("").Announcing(65535)),
        TooBig("The header alone of 65536 bytes", TextFrame("").Announcing(65536)),
        TooBig("The header alone of 2^31 bytes", BinaryFrame([]).Announcing(1UL << 31)),
        TooBig("The header alone of 2^32 + 1 bytes", BinaryFrame([]).Announcing((1UL << 32) + 1)),
        TooBig("The header alone of 2^62 bytes", BinaryFrame([]).Announcing(1UL << 62)),
        TooBig("The header alone of 2^63 - 1 bytes", BinaryFrame([]).Announcing(long.MaxValue)),
        TooBig("A first frame of 8193 bytes", TextFrame(Letters(8193))).First,
        TooBig(
            "The header alone of a first frame of 8193 bytes",
            TextFrame("").Announcing(8193)
        ).First,
        new Row(
            "Fragments of 8192 bytes in sum pass",
            Expectation.Open,
            Fragments(TextOpcode, Letters(4096), Letters(4095), Letters(1))
        ),
        TooBig(
            "Fragments of 8193 bytes in sum",
            Fragments(TextOpcode, Letters(4096), Letters(4096), Letters(1))
        ),
        TooBig(
            "The header of the fragment that exceeds the sum",
            TextFrame(Letters(8000)).Unfinished,
            ContinuationFrame([]).Announcing(193)
        ),
        TooBig(
            "A fragment whose length would overflow the sum",
            BinaryFrame(Letters(8192)).Unfinished,
            ContinuationFrame([]).Announcing(long.MaxValue)
        ),
        new Row(
            "The sum starts again with every message",
            Expectation.Open,
            [
                .. Fragments(TextOpcode, Letters(4096), Letters(4096)),
                .. Fragments(TextOpcode, Letters(4096), Letters(4096)),
            ]
        ),
        new Row(
            "Control frames between fragments do not count",
            Expectation.Pongs(new string('p', 125)),
            TextFrame(Letters(4096)).Unfinished,
            Ping(new string('p', 125)),
            ContinuationFrame(Letters(4096))
        ),
        new Row("64 fragments pass", Expectation.Open, Many(64, empty: false)),
        new Row("64 empty fragments pass", Expectation.Open, Many(64, empty: true)),
        Flood("65 fragments", Many(65, empty: false)),
        Flood("65 empty fragments", Many(65, empty: true)),
        Flood("65 fragments without an end", [.. Many(66, empty: true).SkipLast(1)]),
        Flood("65 fragments of the uid", Many(65, empty: true)).First,
        new Row(
            "The fragments are counted anew with every message",
            Expectation.Open,
            [.. Many(64, empty: false), .. Many(64, empty: false)]
        ),
    ];

    private static WebSocketPeerFrame[] Many(int count, bool empty) =>
        Fragments(TextOpcode, [.. Enumerable.Repeat(empty ? [] : "f"u8.ToArray(), count)]);

    private static Row TooBig(string name, params WebSocketPeerFrame[] frames) =>
        new Row($"{name} is too big", Expectation.Closed(1009), frames);

    private static Row Flood(string name, params WebSocketPeerFrame[] frames) =>
        new Row($"{name} are a flood", Expectation.Closed(1008), frames);
}
