using PushBridge.FunctionalTests.Peers;
using static PushBridge.FunctionalTests.Hostile.Steps.Common;
using static PushBridge.FunctionalTests.Hostile.Steps.Raw;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>After the handshake: too much, too slow, something else than frames, and ends in the middle.</summary>
internal static class RawFloodRows
{
    private static readonly string Longest = new('p', 125);
    private static readonly byte[] Garbage =
    [
        .. Enumerable.Range(0, 4096).Select(i => (byte)(i * 37)),
    ];

    /// <summary>With the bystander they are 64.</summary>
    private static Step Crowd { get; } =
        async peer =>
        {
            for (int i = 0; i < 63; i++)
            {
                await peer.ConnectAsync();
                await peer.Wire.OpenAsync(peer.Server);
                await peer.Wire.RegisterAsync(peer.Fill("$ME"));
            }
        };

    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        Client("A flood of pings", Flood(4_000, Ping(Longest)), ClosedAfterPongs(1008)),
        Client("A flood of empty pings", Flood(60_000, Ping("")), ClosedAfterPongs(1008)),
        Client("A flood of pongs", Flood(4_000, Pong(Longest)), Closed(1008)),
        Client("A flood of messages", Flood(4_000, TextFrame(Longest)), Closed(1008)),
        Client("A flood of empty messages", Flood(60_000, TextFrame("")), Closed(1008)),
        Client(
            "A flood of the largest messages",
            Flood(40, BinaryFrame(new byte[8192])),
            Closed(1008)
        ),
        Client(
            "Empty fragments without end",
            Frames(TextFrame("").Unfinished),
            Flood(10_000, ContinuationFrame([]).Unfinished),
            Closed(1008)
        ),
        Client(
            "Empty fragments with pings between them, without end",
            Frames(TextFrame("").Unfinished),
            Flood(10_000, ContinuationFrame([]).Unfinished, Ping("x")),
            ClosedAfterPongs(1008)
        ),
        Stranger(
            "A flood of pings before the uid",
            Flood(60_000, Ping("")),
            ClosedAfterPongs(1008)
        ),
        Stranger(
            "A flood of fragments before the uid",
            Frames(TextFrame("").Unfinished),
            Flood(10_000, ContinuationFrame([]).Unfinished),
            Closed(1008)
        ),
        Stranger("No uid", Closed(4408)),
        Stranger("Only pings, no uid", Frames(Ping("a")), Expect(Pong("a")), Closed(4408)),
        Stranger("One byte of a frame", Send([0x81]), Closed(1008)),
        Stranger("The header of a frame and no more", Send([0x81, 0x85, 1, 2, 3, 4]), Closed(1008)),
        Client("Half a ping", Send(Ping("hello").ToBytes()[..8]), Closed(1008)),
        Client("Half an extended length", Send([0x82, 0xFE, 0x01]), Closed(1008)),
        Client("Half a masking key", Send([0x82, 0x81, 0x01, 0x02]), Closed(1008)),
        Client("A message that stays unfinished", Frames(TextFrame("a").Unfinished), Closed(1008)),
        Client(
            "A message that stays unfinished, with pings",
            Frames(TextFrame("a").Unfinished, Ping("x")),
            Expect(Pong("x")),
            Closed(1008)
        ),
        Client("A second handshake", Send("GET / HTTP/1.1\r\nHost: $HOST\r\n\r\n"), Closed(1002)),
        Client("A line of the text port", Send("{\"uid\":\"$ME\"}\n"), Closed(1002)),
        Client(
            "A hub handshake without a frame",
            Send("{\"protocol\":\"json\",\"version\":1}\u001E"),
            Closed(1002)
        ),
        Client("A TLS hello", Send([0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3]), Closed(1002)),
        Client("Zeros", Send(new byte[1000]), Closed(1002)),
        Client("Ones", Send([.. Enumerable.Repeat((byte)0xFF, 1000)]), Closed(1002)),
        Client("Garbage", Send(Garbage), Closed(1002)),
        Client(
            "Garbage one byte at a time",
            peer => peer.Wire.SendAsync(Garbage[..16], Chunking.ByteByByte),
            Closed(1002)
        ),
        Client(
            "A megabyte behind a broken frame",
            Frames(TextFrame("a").Unmasked),
            Flood(8_000, BinaryFrame(new byte[120])),
            Closed(1002)
        ),
        Client(
            "A megabyte behind a close frame",
            Frames(Close(1000)),
            Flood(8_000, BinaryFrame(new byte[120])),
            Closed(1000)
        ),
        Client(
            "A megabyte announced and begun",
            Frames(BinaryFrame(new byte[100]).Announcing(1 << 20)),
            Closed(1009)
        ),
        Client(
            "The longest length, unmasked",
            Send([0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            Closed(1002)
        ),
        Client("An unmasked header of two bytes", Send([0x81, 0x05]), Closed(1002)),
        Client(
            "A compressed message",
            Send([0xC1, 0x87, 0, 0, 0, 0, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]),
            Closed(1002)
        ),
        Client("A half-close without a close frame", HalfClose, End),
        Client("A half-close in the middle of a frame", Send([0x81]), HalfClose, End),
        Client("A reset in the middle of a frame", Send([0x81]), Reset),
        Stranger("A half-close before the uid", HalfClose, End),
        Stranger("A reset before the uid", Reset),
        new(
            "A uid and garbage in one packet with the handshake",
            Port.Clients,
            peer =>
                peer.Wire.SendAsync([
                    .. new WebSocketPeerRequest(peer.Server).ToBytes(),
                    .. TextFrame("early").ToBytes(),
                    0xFF,
                    0xFF,
                ]),
            peer => peer.Wire.ReadResponseAsync(),
            Closed(1002)
        ),
        new(
            "Two handshakes in one packet",
            Port.Clients,
            peer =>
                peer.Wire.SendAsync([
                    .. new WebSocketPeerRequest(peer.Server).ToBytes(),
                    .. new WebSocketPeerRequest(peer.Server).ToBytes(),
                ]),
            peer => peer.Wire.ReadResponseAsync(),
            Closed(1002)
        ),
        new(
            "The 65th connection of a uid",
            Port.Clients,
            Crowd,
            Reconnect,
            Open,
            Say("$ME"),
            Closed(4409)
        ),
    ];

    private static Step Say(string uid) => peer => peer.Wire.SendAsync(TextFrame(peer.Fill(uid)));

    private static HostileRow Client(string name, params Step[] steps) =>
        new($"{name} after the uid", Port.Clients, [Open, Register, .. steps]);

    private static HostileRow Stranger(string name, params Step[] steps) =>
        new(name, Port.Clients, [Open, .. steps]);
}
