using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>RFC 6455 section 5.2: reserved bits and reserved opcodes, of which none has been negotiated.</summary>
internal static class ReservedRows
{
    private static readonly int[] Opcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

    internal static IReadOnlyList<Row> Bits { get; } =
    [
        .. Enumerable
            .Range(1, 7)
            .Select(rsv =>
                Broken($"A text frame with reserved bits {rsv}", Set(TextFrame("a"), rsv))
            ),
        Broken("A binary frame with RSV1", Set(BinaryFrame([1]), 4)),
        Broken("A ping with RSV1", Set(Ping("a"), 4)),
        Broken("A ping with RSV3", Set(Ping("a"), 1)),
        Broken("A pong with RSV2", Set(Pong("a"), 2)),
        Broken("A close frame with RSV1", Set(Close(1000), 4)),
        Broken("A close frame with all reserved bits", Set(Close(1000), 7)),
        Broken(
            "A continuation with RSV1",
            TextFrame("a").Unfinished,
            Set(ContinuationFrame([66]), 4)
        ),
        Broken("A uid with RSV1, as a compressed message has", Set(TextFrame("uid"), 4)).First,
        new Row(
            "A good ping is answered before the reserved bit closes",
            Expectation.Closed(1002).After(Pong("good")),
            Ping("good"),
            Set(TextFrame("bad"), 2)
        ),
    ];

    internal static IReadOnlyList<Row> ReservedOpcodes { get; } =
    [
        .. Opcodes.Select(opcode =>
            Broken($"Opcode {opcode}", new WebSocketPeerFrame(opcode, [65]))
        ),
        Broken("Opcode 3 without payload", new WebSocketPeerFrame(3, [])),
        Broken("Opcode 11 without payload", new WebSocketPeerFrame(11, [])),
        Broken("Opcode 4, unfinished", new WebSocketPeerFrame(4, [65]).Unfinished),
        Broken(
            "Opcode 3 inside a fragmented text",
            TextFrame("a").Unfinished,
            new WebSocketPeerFrame(3, [65])
        ),
        Broken(
            "Opcode 15 inside a fragmented text",
            TextFrame("a").Unfinished,
            new WebSocketPeerFrame(15, [65])
        ),
        Broken("Opcode 5 as the first frame", new WebSocketPeerFrame(5, [65])).First,
        Broken("Opcode 12 as the first frame", new WebSocketPeerFrame(12, [])).First,
        new Row(
            "A good ping is answered before the reserved opcode closes",
            Expectation.Closed(1002).After(Pong("good")),
            Ping("good"),
            new WebSocketPeerFrame(7, [])
        ),
    ];

    private static WebSocketPeerFrame Set(WebSocketPeerFrame frame, int rsv) =>
        frame.Reserving(rsv);

    private static Row Broken(string name, params WebSocketPeerFrame[] frames) =>
        new Row($"{name} is a protocol error", Expectation.Closed(1002), frames);
}
