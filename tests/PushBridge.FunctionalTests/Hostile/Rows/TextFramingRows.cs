using static PushBridge.FunctionalTests.Hostile.Steps.Common;
using static PushBridge.FunctionalTests.Hostile.Steps.Text;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Where lines begin and end: their length, their pieces, and connections that end in the middle.</summary>
internal static class TextFramingRows
{
    private const string Push = "{\"uid\":\"$ME\"}";

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        new(
            "A push byte by byte",
            Port.Text,
            Drip(Push + "\r\n"),
            Reply("ok\n"),
            Relayed(Push),
            Alive
        ),
        new(
            "Good and bad lines byte by byte",
            Port.Text,
            Drip($"{Push}\n\n]\r\n{Push}\r\r\n"),
            Reply("ok\nfail\nfail\nok\n"),
            Relayed(Push),
            Relayed(Push),
            Alive
        ),
        Good("The longest line", LineOf(HostileServer.MaxLine)),
        new(
            "The longest line with CR LF",
            Port.Text,
            Send(LineOf(HostileServer.MaxLine) + "\r\n"),
            Reply("ok\n"),
            Relayed(LineOf(HostileServer.MaxLine)),
            Alive
        ),
        Ended("A line one byte too long", SendRudely(LineOf(HostileServer.MaxLine + 1) + "\n")),
        Ended(
            "The longest line with a carriage return too many",
            SendRudely(LineOf(HostileServer.MaxLine) + "\r\r\n")
        ),
        Ended(
            "A line of carriage returns without an end",
            SendRudely("{" + new string('\r', 600_000))
        ),
        Ended("Ten megabytes without a line end", SendRudely("{" + new string('a', 10_000_000))),
        Ended(
            "A push behind a line that is too long",
            SendRudely($"{LineOf(HostileServer.MaxLine + 1)}\n{Push}\n{Push}\n")
        ),
        new(
            "A push before a line that is too long",
            Port.Text,
            SendRudely($"{Push}\n{LineOf(HostileServer.MaxLine + 1)}\n"),
            Reply("ok\nfail\n"),
            End,
            Relayed(Push)
        ),
        new(
            "A line that is too long after quiet",
            Port.Text,
            Send("{\"$cmd\":\"quiet\"}\n"),
            Reply("ok\n"),
            SendRudely(LineOf(HostileServer.MaxLine + 1) + "\n"),
            End
        ),
        Ended("Half a line, then a half-close", Send(Push), HalfClose),
        Ended("One byte, then a half-close", Send("{"), HalfClose),
        new(
            "A line and a half, then a half-close",
            Port.Text,
            Send($"{Push}\n{Push}"),
            HalfClose,
            Reply("ok\nfail\n"),
            End,
            Relayed(Push)
        ),
        new("Half a line, then a reset", Port.Text, Send(Push), Reset),
        new(
            "A carriage return is no line end",
            Port.Text,
            Send($"{Push}\r{Push}\r\n"),
            Reply("fail\n"),
            Alive
        ),
        new("A half-close at once", Port.Text, HalfClose, End),
        new("A reset at once", Port.Text, Reset),
        new(
            "Half a line after quiet, then a half-close",
            Port.Text,
            Send($"{{\"$cmd\":\"quiet\"}}\n{Push}"),
            HalfClose,
            Reply("ok\n"),
            End
        ),
        new(
            "Ten thousand lines in one write, every third bad",
            Port.Text,
            Send(
                string.Concat(
                    Enumerable
                        .Range(0, 10_000)
                        .Select(i => i % 3 == 2 ? "]\n" : "{\"$cmd\":\"ping\"}\n")
                )
            ),
            Reply(
                string.Concat(
                    Enumerable.Range(0, 10_000).Select(i => i % 3 == 2 ? "fail\n" : "ok\n")
                )
            ),
            Alive
        ),
        new(
            "A hundred thousand empty lines",
            Port.Text,
            Send(new string('\n', 100_000)),
            Reply(string.Concat(Enumerable.Repeat("fail\n", 100_000))),
            Alive
        ),
        new(
            "Pipelined pushes, bad lines and commands",
            Port.Text,
            Send(
                $"{Push}\n[]\n{{\"$cmd\":\"push\",\"uid\":\"$ME\",\"data\":[1]}}\n\"\n{{\"$cmd\":\"kick\",\"uid\":\"nobody-$ME\"}}\n{Push}\n"
            ),
            Reply("ok\nfail\nok\nfail\nfail\nok\n"),
            Relayed(Push),
            Relayed("[1]"),
            Relayed(Push),
            Alive
        ),
    ];

    private static string LineOf(int length)
    {
        const int uid = 12;
        string start = "{\"uid\":\"$ME\",\"x\":\"";
        return start + new string('x', length - start.Length - uid + "$ME".Length - 2) + "\"}";
    }
}
