using System.Text;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>The first message: 1 to 256 bytes of valid UTF-8 without control characters.</summary>
internal static class UidRows
{
    private static readonly (string What, string Uid)[] Good =
    [
        ("one letter", "u"),
        ("digits only", "123"),
        ("leading zeros", "0123"),
        ("256 bytes", new string('u', 256)),
        ("256 bytes of two-byte letters", string.Concat(Enumerable.Repeat("ä", 128))),
        ("spaces around it", "  uid with spaces  "),
        ("quotes and backslashes", "a\"b\\c"),
        ("an emoji", "uid-😀"),
        ("a no-break space, the first after the C1 controls", "uid\u00A0"),
        ("a line separator", "uid\u2028"),
        ("a byte order mark", "\uFEFFuid"),
        ("what looks like JSON", "{\"uid\":1}"),
    ];

    private static readonly (string What, string Uid)[] Bad =
    [
        ("no byte", ""),
        ("257 bytes", new string('u', 257)),
        ("257 bytes of mixed letters", string.Concat(Enumerable.Repeat("ä", 128)) + "u"),
        ("8192 bytes", new string('u', 8192)),
        ("a NUL", "uid\0"),
        ("a tab", "u\tid"),
        ("a line feed", "uid\n"),
        ("a carriage return and a line feed", "uid\r\n"),
        ("an escape", "\u001Buid"),
        ("the last C0 control", "u\u001Fid"),
        ("a DEL", "uid\u007F"),
        ("the first C1 control", "uid\u0080"),
        ("a next line (C1)", "u\u0085id"),
        ("the last C1 control", "\u009Fuid"),
    ];

    internal static IReadOnlyList<Row> All { get; } =
    [
        .. Good.Select(g =>
            new Row($"A uid of {g.What}", Expectation.Open, TextFrame(g.Uid)).Saying(g.Uid)
        ),
        .. Bad.Select(b =>
            new Row(
                $"A uid of {b.What} is refused",
                Expectation.Closed(4400),
                TextFrame(b.Uid)
            ).First
        ),
        Refused("A binary uid with a bad byte", [0x61, 0xFF]),
        Refused("A binary uid with a letter cut off", [0x61, 0xC3]),
        Refused("An empty binary uid", []),
        Refused("A binary uid with a line feed", "uid\n"u8.ToArray()),
        Refused("A binary uid of 257 bytes", FramingRows.Letters(257)),
        new Row(
            "A uid of empty fragments is refused",
            Expectation.Closed(4400),
            Fragments(TextOpcode, [], [])
        ).First,
        new Row(
            "A uid of 257 bytes in two fragments is refused",
            Expectation.Closed(4400),
            Fragments(TextOpcode, FramingRows.Letters(256), "x"u8.ToArray())
        ).First,
        new Row(
            "A uid of 256 bytes in two fragments",
            Expectation.Open,
            Fragments(TextOpcode, FramingRows.Letters(200), FramingRows.Letters(56))
        ).Saying(
            Encoding.ASCII.GetString([.. FramingRows.Letters(200), .. FramingRows.Letters(56)])
        ),
        new Row(
            "A ping before a bad uid is answered",
            Expectation.Closed(4400).After(Pong("early")),
            Ping("early"),
            TextFrame("")
        ).First,
    ];

    private static Row Refused(string name, byte[] uid) =>
        new Row($"{name} is refused", Expectation.Closed(4400), BinaryFrame(uid)).First;
}
