using static PushBridge.FunctionalTests.Hostile.Steps.Text;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>What is no JSON, no uid, or too much of either.</summary>
internal static class TextJsonRows
{
    private static readonly (string What, string Uid)[] NoUids =
    [
        ("1.0", "1.0"),
        ("1e2", "1e2"),
        ("1E+2", "1E+2"),
        ("-0.0", "-0.0"),
        ("an object", "{\"uid\":\"$ME\"}"),
        ("false", "false"),
        ("an array in an array", "[[\"$ME\"]]"),
        ("an array with null", "[\"$ME\",null]"),
        ("an array with an empty name", "[\"$ME\",\"\"]"),
        ("an array with a fraction", "[\"$ME\",1.5]"),
        ("257 bytes", $"\"{new string('u', 257)}\""),
        ("100,000 bytes", $"\"{new string('u', 100_000)}\""),
        ("300 digits", new string('9', 300)),
        ("an escaped NUL", "\"$ME\\u0000\""),
        ("an escaped line feed", "\"$ME\\n\""),
        ("an escaped C1 control", "\"$ME\\u0085\""),
        ("a lone high surrogate", "\"\\ud800\""),
        ("a lone low surrogate", "\"\\udc00\""),
        ("a surrogate pair the wrong way round", "\"\\udc00\\ud800\""),
        ("a high surrogate before a letter", "\"\\ud800a\""),
    ];

    private static readonly (string What, string Line)[] NoJson =
    [
        ("a byte order mark before it", "\u00EF\u00BB\u00BF{\"uid\":\"$ME\"}"),
        ("a comment behind it", "{\"uid\":\"$ME\"}//"),
        ("a comment inside", "{/**/\"uid\":\"$ME\"}"),
        ("single quotes", "{'uid':'$ME'}"),
        ("a name without quotes", "{uid:\"$ME\"}"),
        ("a number with a leading zero", "{\"uid\":\"$ME\",\"n\":01}"),
        ("a number with a plus", "{\"uid\":\"$ME\",\"n\":+1}"),
        ("a number that begins with a point", "{\"uid\":\"$ME\",\"n\":.5}"),
        ("a number that ends with a point", "{\"uid\":\"$ME\",\"n\":5.}"),
        ("a hexadecimal number", "{\"uid\":\"$ME\",\"n\":0x1}"),
        ("NaN", "{\"uid\":\"$ME\",\"n\":NaN}"),
        ("Infinity", "{\"uid\":\"$ME\",\"n\":-Infinity}"),
        ("undefined", "{\"uid\":\"$ME\",\"n\":undefined}"),
        ("True", "{\"uid\":\"$ME\",\"n\":True}"),
        ("a bad escape", "{\"uid\":\"$ME\",\"n\":\"\\x41\"}"),
        ("a short escape", "{\"uid\":\"$ME\",\"n\":\"\\u12\"}"),
        ("a raw tab in a string", "{\"uid\":\"$ME\",\"n\":\"\t\"}"),
        ("a raw NUL in a string", "{\"uid\":\"$ME\",\"n\":\"\u0000\"}"),
        ("a NUL behind it", "{\"uid\":\"$ME\"}\u0000"),
        ("a vertical tab behind it", "{\"uid\":\"$ME\"}\v"),
        ("a missing brace", "{\"uid\":\"$ME\""),
        ("a brace too many", "{\"uid\":\"$ME\"}}"),
        ("a missing colon", "{\"uid\" \"$ME\"}"),
        ("two commas", "{\"uid\":\"$ME\",,\"n\":1}"),
        ("two documents without a space", "{\"uid\":\"$ME\"}{\"uid\":\"$ME\"}"),
        ("65 levels", Deep(64)),
        ("100,000 brackets", new string('[', 100_000)),
        (
            "100,000 objects",
            "{\"uid\":\"$ME\",\"x\":" + string.Concat(Enumerable.Repeat("{\"a\":", 49_000))
        ),
    ];

    private static readonly (string What, string Line)[] Json =
    [
        ("64 levels", Deep(63)),
        ("a lone surrogate in a value", "{\"uid\":\"$ME\",\"x\":\"\\ud800\"}"),
        ("a lone surrogate in a name", "{\"uid\":\"$ME\",\"\\udc00\":1}"),
        ("an escaped NUL in a value", "{\"uid\":\"$ME\",\"x\":\"\\u0000\"}"),
        ("a raw DEL in a value", "{\"uid\":\"$ME\",\"x\":\"\u007F\"}"),
        ("a number beyond a double", "{\"uid\":\"$ME\",\"x\":1e99999}"),
        ("a number of 10,000 digits", $"{{\"uid\":\"$ME\",\"x\":{new string('7', 10_000)}}}"),
        ("an escaped name uid", "{\"\\u0075\\u0069\\u0064\":\"$ME\"}"),
        ("an escaped name uid that comes later", "{\"uid\":\"nobody\",\"\\u0075id\":\"$ME\"}"),
        ("a uid given as null and then well", "{\"uid\":null,\"uid\":\"$ME\"}"),
        (
            "names of another language's prototypes",
            "{\"__proto__\":{\"uid\":1},\"uid\":\"$ME\",\"constructor\":1}"
        ),
        (
            "10,000 members",
            $"{{{string.Concat(Enumerable.Range(0, 10_000).Select(i => $"\"{i}\":0,"))}\"uid\":\"$ME\"}}"
        ),
        (
            "10,000 uids",
            $"{{\"uid\":[{string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i},"))}\"$ME\",\"$ME\"]}}"
        ),
        (
            "what looks like markup",
            "{\"uid\":\"$ME\",\"x\":\"</script><script>alert(1)</script>\"}"
        ),
    ];

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        .. NoUids.Select(row => Bad($"A uid of {row.What}", $"{{\"uid\":{row.Uid}}}")),
        .. NoJson.Select(row => Bad($"A line with {row.What}", row.Line)),
        .. Json.Select(row => Good($"A push with {row.What}", row.Line)),
        Bad("A uid given well and then as null", "{\"uid\":\"$ME\",\"uid\":null}"),
        Bad("A uid that differs in case", "{\"UID\":\"$ME\"}"),
        Bad("A uid one level down", "{\"x\":{\"uid\":\"$ME\"}}"),
        Bad(
            "A command and a push in one",
            "{\"$cmd\":\"ping\",\"uid\":\"$ME\",\"$cmd\":\"dance\"}"
        ),
    ];

    private static string Deep(int levels) =>
        $"{{\"uid\":\"$ME\",\"x\":{new string('[', levels)}{new string(']', levels)}}}";
}
