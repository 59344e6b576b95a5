using static PushBridge.FunctionalTests.Hostile.Steps.Text;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Bytes that are no UTF-8: one of them relayed would make every browser of the uid drop its connection.</summary>
internal static class TextUtf8Rows
{
    private static readonly (string What, string Bytes)[] Invalid =
    [
        ("a byte FF", "\u00FF"),
        ("a byte FE", "\u00FE"),
        ("a lone continuation byte", "\u0080"),
        ("an overlong NUL", "\u00C0\u0080"),
        ("an overlong slash in three bytes", "\u00E0\u0080\u00AF"),
        ("an overlong form in four bytes", "\u00F0\u0082\u0082\u00AC"),
        ("a high surrogate", "\u00ED\u00A0\u0080"),
        ("a surrogate pair", "\u00ED\u00A0\u00BD\u00ED\u00B8\u0080"),
        ("a code point over U+10FFFF", "\u00F4\u0090\u0080\u0080"),
        ("a five-byte form", "\u00F8\u0088\u0080\u0080\u0080"),
        ("a letter cut off", "\u00C3"),
        ("Latin-1", "\u00E4"),
    ];

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        .. Invalid.Select(row =>
            Bad($"A value with {row.What}", $"{{\"uid\":\"$ME\",\"x\":\"{row.Bytes}\"}}")
        ),
        .. Invalid
            .Take(4)
            .Select(row => Bad($"A uid with {row.What}", $"{{\"uid\":\"$ME{row.Bytes}\"}}")),
        Bad("A name with a bad byte", "{\"uid\":\"$ME\",\"\u00FF\":1}"),
        Bad("A bad byte outside the strings", "{\"uid\":\"$ME\"\u00FF}"),
        Bad("A bad byte behind the object", "{\"uid\":\"$ME\"}\u00FF"),
        Bad("A no-break space behind the object", "{\"uid\":\"$ME\"}\u00C2\u00A0"),
        Bad("UTF-16", "{\u0000\"\u0000u\u0000i\u0000d\u0000"),
        Good(
            "A push with the last code point",
            "{\"uid\":\"$ME\",\"x\":\"\u00F4\u008F\u00BF\u00BF\"}"
        ),
        Good("A push with a noncharacter", "{\"uid\":\"$ME\",\"x\":\"\u00EF\u00BF\u00BF\"}"),
        Good("A push with a line separator", "{\"uid\":\"$ME\",\"x\":\"\u00E2\u0080\u00A8\"}"),
    ];
}
