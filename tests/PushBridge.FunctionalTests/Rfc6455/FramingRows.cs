using System.Text;
using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>RFC 6455 section 5.2: masks, lengths and the frame as such.</summary>
internal static class FramingRows
{
    private static readonly byte[] Hello = Encoding.UTF8.GetBytes("hello");

    internal static IReadOnlyList<Row> All { get; } =
    [
        new Row("A text frame is the uid", Expectation.Open, TextFrame("framing-text")).Saying(
            "framing-text"
        ),
        new Row(
            "A binary frame is the uid",
            Expectation.Open,
            BinaryFrame("framing-binary"u8.ToArray())
        ).Saying("framing-binary"),
        new Row("A later text frame is ignored", Expectation.Open, TextFrame("hello")),
        new Row("A later binary frame is ignored", Expectation.Open, BinaryFrame([0, 1, 2, 0xFF])),
        new Row(
            "A second uid does not replace the first",
            Expectation.Open,
            TextFrame("another uid")
        ),
        new Row(
            "Several later frames are ignored",
            Expectation.Open,
            TextFrame("a"),
            BinaryFrame([1]),
            TextFrame("b"),
            TextFrame("c")
        ),
        new Row("A later empty text frame is ignored", Expectation.Open, TextFrame("")),
        new Row("A later empty binary frame is ignored", Expectation.Open, BinaryFrame([])),
        new Row(
            "A masking key of zero is a masking key",
            Expectation.Open,
            TextFrame("hello").MaskedBy(0)
        ),
        new Row(
            "A masking key of all ones is a masking key",
            Expectation.Open,
            TextFrame("hello").MaskedBy(uint.MaxValue)
        ),
        new Row(
            "Every frame has a masking key of its own",
            Expectation.Pongs("one", "two", "three"),
            Ping("one").MaskedBy(1),
            Ping("two").MaskedBy(0x80000000),
            Ping("three").MaskedBy(0xA1B2C3D4)
        ),
        new Row("125 bytes fit the short length", Expectation.Open, TextFrame(Letters(125))),
        new Row("126 bytes need the 16-bit length", Expectation.Open, TextFrame(Letters(126))),
        new Row("127 bytes need the 16-bit length", Expectation.Open, TextFrame(Letters(127))),
        new Row("255 bytes in the 16-bit length", Expectation.Open, TextFrame(Letters(255))),
        new Row("256 bytes in the 16-bit length", Expectation.Open, TextFrame(Letters(256))),
        new Row("4097 bytes in the 16-bit length", Expectation.Open, BinaryFrame(Letters(4097))),
        Broken("A text frame without a mask", TextFrame(Hello).Unmasked),
        Broken("A binary frame without a mask", BinaryFrame(Hello).Unmasked),
        Broken("An empty frame without a mask", TextFrame("").Unmasked),
        Broken("A ping without a mask", Ping("hello").Unmasked),
        Broken("An empty ping without a mask", Ping("").Unmasked),
        Broken("A pong without a mask", Pong("hello").Unmasked),
        Broken("A close frame without a mask", Close(1000).Unmasked),
        Broken(
            "A continuation without a mask",
            TextFrame("a").Unfinished,
            Unmasked(ContinuationOpcode)
        ),
        Broken("A uid without a mask", TextFrame("framing-unmasked").Unmasked).First,
        Broken("A good frame, then one without a mask", TextFrame("a"), TextFrame("b").Unmasked),
        Broken("A 16-bit length of 0", TextFrame("").In(LengthForm.Extended16)),
        Broken("A 16-bit length of 5", TextFrame(Hello).In(LengthForm.Extended16)),
        Broken("A 16-bit length of 125", TextFrame(Letters(125)).In(LengthForm.Extended16)),
        Broken("A 64-bit length of 0", TextFrame("").In(LengthForm.Extended64)),
        Broken("A 64-bit length of 125", TextFrame(Letters(125)).In(LengthForm.Extended64)),
        Broken("A 64-bit length of 126", TextFrame(Letters(126)).In(LengthForm.Extended64)),
        Broken("A 64-bit length of 8192", TextFrame(Letters(8192)).In(LengthForm.Extended64)),
        Broken("A ping with a 16-bit length of 5", Ping("hello").In(LengthForm.Extended16)),
        Broken("A 64-bit length with the top bit set", TextFrame("").Announcing(1UL << 63)),
        Broken("A 64-bit length of all ones", TextFrame("").Announcing(ulong.MaxValue)),
        Broken(
            "A binary 64-bit length with the top bit set",
            BinaryFrame([]).Announcing((1UL << 63) + 1)
        ),
    ];

    internal static byte[] Letters(int count) =>
        [.. Enumerable.Range(0, count).Select(i => (byte)('a' + (i % 26)))];

    private static Row Broken(string name, params WebSocketPeerFrame[] frames) =>
        new Row($"{name} is a protocol error", Expectation.Closed(1002), frames);

    private static WebSocketPeerFrame Unmasked(int opcode) => new(opcode, Hello) { Masked = false };
}
