using static PushBridge.FunctionalTests.Hostile.Steps.Text;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Commands with wrong, missing or excessive members; <c>bad_request</c> tells them from commands that reach nobody.</summary>
internal static class TextCommandRows
{
    private const string BadRequest = "{\"ok\":false,\"reason\":\"bad_request\"}";
    private const string Offline = "{\"ok\":false,\"reason\":\"offline\"}";

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        Refused("a number", "\"$cmd\":1"),
        Refused("null", "\"$cmd\":null"),
        Refused("an array", "\"$cmd\":[\"ping\"]"),
        Refused("the empty string", "\"$cmd\":\"\""),
        Refused("upper case", "\"$cmd\":\"PING\""),
        Refused("a space too many", "\"$cmd\":\"ping \""),
        Refused("a lone surrogate", "\"$cmd\":\"\\ud800\""),
        Refused("push without data", "\"$cmd\":\"push\",\"uid\":\"$ME\""),
        Refused("push without uid", "\"$cmd\":\"push\",\"data\":1"),
        Refused("group without group", "\"$cmd\":\"group\",\"data\":1"),
        Refused(
            "group with a bad exception",
            "\"$cmd\":\"group\",\"group\":\"$ME\",\"data\":1,\"except\":1.5"
        ),
        Refused(
            "broadcast with a bad exception",
            "\"$cmd\":\"broadcast\",\"data\":1,\"except\":[\"a\",{}]"
        ),
        Refused("join without uid", "\"$cmd\":\"join\",\"group\":\"g\""),
        Refused(
            "join with two groups",
            "\"$cmd\":\"join\",\"uid\":\"$ME\",\"group\":[\"a\",\"b\"]"
        ),
        Refused(
            "join with a group of 257 bytes",
            $"\"$cmd\":\"join\",\"uid\":\"$ME\",\"group\":\"{new string('g', 257)}\""
        ),
        Refused(
            "kick with a reason of 124 bytes",
            $"\"$cmd\":\"kick\",\"uid\":\"$ME\",\"reason\":\"{new string('r', 124)}\""
        ),
        Refused(
            "kick with a reason that is no string",
            "\"$cmd\":\"kick\",\"uid\":\"$ME\",\"reason\":1"
        ),
        Refused(
            "kick with half a surrogate as reason",
            "\"$cmd\":\"kick\",\"uid\":\"$ME\",\"reason\":\"\\ud800\""
        ),
        Refused(
            "push with an id of 65 bytes",
            $"\"$cmd\":\"push\",\"uid\":\"$ME\",\"data\":1,\"id\":\"{new string('i', 65)}\""
        ),
        Refused(
            "push with an id of 100,000 bytes",
            $"\"$cmd\":\"push\",\"uid\":\"$ME\",\"data\":1,\"id\":\"{new string('i', 100_000)}\""
        ),
        Refused(
            "push with half a surrogate as id",
            "\"$cmd\":\"push\",\"uid\":\"$ME\",\"data\":1,\"id\":\"\\udfff\""
        ),
        Refused(
            "push with an id in an array",
            "\"$cmd\":\"push\",\"uid\":\"$ME\",\"data\":1,\"id\":[\"a\"]"
        ),
        Refused("online without uid", "\"$cmd\":\"online\""),
        Refused("count of two groups", "\"$cmd\":\"count\",\"group\":[\"a\",\"b\"]"),
        Bad(
            "A reply form nobody knows",
            "{\"$cmd\":\"push\",\"uid\":\"$ME\",\"data\":1,\"reply\":\"xml\"}"
        ),
        Bad(
            "A reply form that is no string",
            "{\"$cmd\":\"push\",\"uid\":\"$ME\",\"data\":1,\"reply\":true}"
        ),
        Line(
            "A uid of 256 bytes",
            $"{{\"$cmd\":\"push\",\"uid\":\"{new string('u', 256)}\",\"data\":1,\"reply\":\"json\"}}",
            Offline
        ),
        Line(
            "A push whose data is a push",
            "{\"$cmd\":\"push\",\"uid\":\"nobody-$ME\",\"data\":{\"uid\":\"$ME\"},\"reply\":\"json\"}",
            Offline
        ),
        Line(
            "Online of a uid that looks like JSON",
            "{\"$cmd\":\"online\",\"uid\":\"\\\"}{\"}",
            "{\"ok\":true,\"online\":{\"\\u0022}{\":0}}"
        ),
    ];

    private static HostileRow Refused(string what, string members) =>
        Line($"A command of {what}", $"{{{members},\"reply\":\"json\"}}", BadRequest);
}
