using System.Text;
using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>RFC 6455 section 8.1: what a text message may contain.</summary>
internal static class Utf8Rows
{
    private static readonly (string What, byte[] Bytes)[] Invalid =
    [
        ("a lone continuation byte", [0x80]),
        ("a byte FF", [0xFF]),
        ("a byte FE", [0xFE]),
        ("an overlong slash", [0xC0, 0xAF]),
        ("an overlong NUL", [0xC0, 0x80]),
        ("an overlong three-byte form", [0xE0, 0x80, 0xAF]),
        ("an overlong four-byte form", [0xF0, 0x80, 0x80, 0xAF]),
        ("a high surrogate", [0xED, 0xA0, 0x80]),
        ("a low surrogate", [0xED, 0xBF, 0xBF]),
        ("a surrogate pair", [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]),
        ("a code point over U+10FFFF", [0xF4, 0x90, 0x80, 0x80]),
        ("a five-byte form", [0xF8, 0x88, 0x80, 0x80, 0x80]),
        ("a two-byte form cut off", [0x61, 0xC3]),
        ("a three-byte form cut off", [0x61, 0xE2, 0x82]),
        ("a four-byte form cut off", [0x61, 0xF0, 0x9F, 0x98]),
        ("a bad byte at the end", [0x61, 0x62, 0x63, 0xFF]),
        ("a two-byte form followed by a letter", [0xC3, 0x61]),
    ];

    private static readonly (string What, string Text)[] Valid =
    [
        ("two-byte letters", "äöüßéκόσμε"),
        ("three-byte letters", "推送消息€"),
        ("a four-byte emoji", "😀"),
        ("the last code point", "\U0010FFFF"),
        ("the last before the surrogates", "\uD7FF"),
        ("the first after the surrogates", "\uE000"),
        ("a noncharacter", "\uFFFF"),
        ("a byte order mark", "\uFEFFa"),
        ("control characters", "\0\t\r\n\u007F\u0085"),
    ];

    internal static IReadOnlyList<Row> All { get; } =
    [
        .. Invalid.Select(i => Bad($"Text with {i.What}", TextFrame(i.Bytes))),
        .. Valid.Select(v => new Row(
            $"Text with {v.What} is fine",
            Expectation.Open,
            TextFrame(v.Text)
        )),
        .. Invalid
            .Take(3)
            .Select(i => new Row(
                $"Binary with {i.What} is nobody's text",
                Expectation.Open,
                BinaryFrame(i.Bytes)
            )),
        Bad("A first text frame with a lone continuation byte", TextFrame([0x61, 0x80])).First,
        Bad("A first text frame with a letter cut off", TextFrame([0x61, 0xC3])).First,
        new Row(
            "A letter cut between two fragments is fine",
            Expectation.Open,
            Fragments(TextOpcode, [0xC3], [0xA4])
        ),
        new Row(
            "An emoji in one-byte fragments is fine",
            Expectation.Open,
            Fragments(TextOpcode, [0xF0], [0x9F], [0x98], [0x80])
        ),
        new Row(
            "A letter cut around a ping is fine",
            Expectation.Pongs("between"),
            TextFrame([0xE2, 0x82]).Unfinished,
            Ping("between"),
            ContinuationFrame([0xAC])
        ),
        new Row(
            "A uid whose letter is cut between fragments",
            Expectation.Open,
            Fragments(TextOpcode, [.. "utf8-"u8, 0xC3], [0xA4])
        ).Saying("utf8-ä"),
        Bad("A letter cut off by the last fragment", Fragments(TextOpcode, [0x61], [0xE2, 0x82])),
        Bad("A letter cut off by an empty last fragment", Fragments(TextOpcode, [0xC3], [])),
        Bad("A bad byte in the second fragment", Fragments(TextOpcode, [0x61], [0xFF])),
        Bad("A bad byte in a middle fragment", Fragments(TextOpcode, [0x61], [0xFF], [0x62])),
        Bad(
            "A letter continued wrongly in the next fragment",
            Fragments(TextOpcode, [0xC3], [0x61])
        ),
        Bad("A later message with a bad byte", TextFrame("good"), TextFrame([0xFF])),
        Bad(
            "A message of 8192 bytes with a bad last byte",
            TextFrame([.. FramingRows.Letters(8191), 0xFF])
        ),
        new Row(
            "A message of 8192 bytes of letters is fine",
            Expectation.Open,
            TextFrame(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("ä", 4096))))
        ),
    ];

    private static Row Bad(string name, params WebSocketPeerFrame[] frames) =>
        new Row($"{name} is invalid", Expectation.Closed(1007), frames);
}
