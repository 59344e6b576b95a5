using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>RFC 6455 sections 5.5.1 and 7.4: the closing handshake and its codes.</summary>
internal static class CloseRows
{
    private static readonly int[] Echoed =
    [
        1000,
        1001,
        1002,
        1003,
        1007,
        1008,
        1009,
        1010,
        1011,
        1012,
        1013,
        1014,
        3000,
        3999,
        4000,
        4400,
        4999,
    ];

    private static readonly int[] Refused =
    [
        0,
        1,
        999,
        1004,
        1005,
        1006,
        1015,
        1016,
        1100,
        2000,
        2999,
        5000,
        65535,
    ];

    internal static IReadOnlyList<Row> All { get; } =
    [
        .. Echoed.Select(code => new Row(
            $"Code {code} comes back",
            Expectation.Closed(code),
            Close(code)
        )),
        .. Refused.Select(code => Broken($"Code {code}", Close(code))),
        Broken("Code 1005 with a reason", Close(1005, "no status")),
        Broken("A close payload of one byte", new WebSocketPeerFrame(CloseOpcode, [3])),
        new Row("An empty close frame gets an empty one", Expectation.EmptyClose, EmptyClose()),
        new Row(
            "A code with a reason comes back",
            Expectation.Closed(1000),
            Close(1000, "goodbye")
        ),
        new Row(
            "A reason of 123 bytes is fine",
            Expectation.Closed(3000),
            Close(3000, new string('r', 123))
        ),
        new Row(
            "A reason in several scripts is fine",
            Expectation.Closed(1000),
            Close(1000, "пока 再见 👋")
        ),
        new Row(
            "A reason with a bad byte is invalid",
            Expectation.Closed(1007),
            Close(1000, [0x61, 0xFF])
        ),
        new Row(
            "A reason with a letter cut off is invalid",
            Expectation.Closed(1007),
            Close(1000, [0x61, 0xC3])
        ),
        new Row(
            "A reason with a surrogate is invalid",
            Expectation.Closed(1007),
            Close(4000, [0xED, 0xA0, 0x80])
        ),
        First("A close frame before the uid is answered", Expectation.Closed(1001), Close(1001)),
        First(
            "An empty close frame before the uid is answered",
            Expectation.EmptyClose,
            EmptyClose()
        ),
        First(
            "A bad code before the uid is a protocol error",
            Expectation.Closed(1002),
            Close(1005)
        ),
        new Row(
            "A text frame after the close frame is ignored",
            Expectation.Closed(1000),
            Close(1000),
            TextFrame("late")
        ),
        new Row(
            "A ping after the close frame is ignored",
            Expectation.Closed(1000),
            Close(1000),
            Ping("late")
        ),
        new Row(
            "A second close frame is ignored",
            Expectation.Closed(1000),
            Close(1000),
            Close(1001)
        ),
        new Row(
            "Broken frames after the close frame are ignored",
            Expectation.Closed(1000),
            Close(1000),
            TextFrame("late").Unmasked,
            new WebSocketPeerFrame(7, [1]) { Rsv = 7 }
        ),
        new Row(
            "A uid after the close frame is ignored",
            Expectation.Closed(1000),
            Close(1000),
            TextFrame("close-late")
        ).First,
        new Row(
            "A ping before the close frame is answered first",
            Expectation.Closed(1000).After(Pong("last")),
            Ping("last"),
            Close(1000)
        ),
        new Row(
            "A text frame after a protocol error is ignored",
            Expectation.Closed(1002),
            TextFrame("bad").Reserving(4),
            TextFrame("late")
        ),
        new Row(
            "A close frame after a protocol error does not change the code",
            Expectation.Closed(1002),
            TextFrame("bad").Reserving(4),
            Close(1000)
        ),
    ];

    private static Row Broken(string name, WebSocketPeerFrame frame) =>
        new Row($"{name} is a protocol error", Expectation.Closed(1002), frame);

    private static Row First(string name, Expectation expected, WebSocketPeerFrame frame) =>
        new Row(name, expected, frame).First;
}
