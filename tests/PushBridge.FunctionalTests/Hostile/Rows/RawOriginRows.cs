using static PushBridge.FunctionalTests.Hostile.Steps.Raw;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Pages that look like ours, and hosts that look like this one.</summary>
internal static class RawOriginRows
{
    private static readonly string[] ForeignOrigins =
    [
        "HTTP://127.0.0.1:$PORT",
        "http://127.0.0.1:$PORT/",
        "http://127.0.0.1:$PORT/page",
        "http://127.0.0.1.:$PORT",
        "http://user@127.0.0.1:$PORT",
        "http://127.0.0.1:0$PORT",
        "http://[::1]:$PORT",
        "http://127.1:$PORT",
        "http://0x7f000001:$PORT",
        "http://2130706433:$PORT",
        "http://127.0.0.1.evil:$PORT",
        "http://127.0.0.1%00.evil:$PORT",
        "http:127.0.0.1:$PORT",
        "//127.0.0.1:$PORT",
        "127.0.0.1:$PORT",
        "ws://127.0.0.1:$PORT",
        "NULL",
        "about:blank",
        "blob:http://127.0.0.1:$PORT",
        "data:text/html,x",
        "chrome-extension://abcdefghijklmnop",
        "http://127\u00E3\u0080\u00820\u00E3\u0080\u00820\u00E3\u0080\u00821:$PORT",
        "http://127.0.0.1:$PORT, null",
        "http://127.0.0.1:$PORT#",
        "http://127.0.0.1:$PORT?",
        "http://127.0.0.1\\:$PORT",
        "https://app.example/",
        "https://app.example.",
        "https://app.example:443",
        "https://app.example@evil.example",
        "https://app.example.evil.example",
    ];

    private static readonly string[] ForeignHosts =
    [
        "0.0.0.0:$PORT",
        "127.0.0.1.evil:$PORT",
        "localhost.evil:$PORT",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1:$PORT",
        "[::2]:$PORT",
        "169.254.169.254",
        "*",
    ];

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        .. ForeignOrigins.Select(origin =>
            Refused($"A page of {origin}", 403, head => head.And("Origin", origin))
        ),
        .. ForeignHosts.Select(host =>
            Refused($"A request for {host}", 403, head => head.With("Host", host))
        ),
        Refused(
            "A page of 0.0.0.0 for 0.0.0.0",
            403,
            head => head.With("Host", "0.0.0.0:$PORT").And("Origin", "http://0.0.0.0:$PORT")
        ),
        Refused(
            "Two Origins, both ours",
            400,
            head => head.And("Origin", "http://$HOST").And("Origin", "http://$HOST")
        ),
        Refused("Two Hosts in other cases", 400, head => head.And("HOST", "$HOST")),
        Refused("An empty Host", 403, head => head.With("Host", "")),
        Accepted(
            "The own Origin with spaces around it",
            head => head.And("Origin", "  http://$HOST\t")
        ),
        Accepted(
            "A listed Origin in upper case",
            head => head.And("Origin", "HTTPS://APP.EXAMPLE")
        ),
        Accepted(
            "A forwarded Host is not looked at",
            head => head.And("X-Forwarded-Host", "evil.example")
        ),
        Accepted(
            "A Referer is not looked at",
            head => head.And("Referer", "https://evil.example/")
        ),
    ];
}
