using static PushBridge.FunctionalTests.Hostile.Steps.Common;
using static PushBridge.FunctionalTests.Hostile.Steps.Hub;
using static PushBridge.FunctionalTests.Peers.WebSocketPeerFrame;

namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>The hub protocol, handshake and records, spoken wrong over a WebSocket.</summary>
internal static class HubProtocolRows
{
    private const string Error = "Connection closed with an error.";
    private const string Failed = "Failed to invoke 'Register' due to an error on the server.";
    private const string Unreadable = "An unexpected error occurred during connection handshake.";

    internal static IReadOnlyList<HostileRow> All { get; } =
    [.. Handshakes(), .. Records(), .. Broken()];

    private static IEnumerable<HostileRow> Handshakes()
    {
        yield return Stranger("Garbage instead of a hub handshake", "hello", Unreadable);
        yield return Stranger("An array instead of a hub handshake", "[]", Unreadable);
        yield return Stranger("A hub handshake without a protocol", "{\"version\":1}", Unreadable);
        yield return Stranger(
            "A hub handshake without a version",
            "{\"protocol\":\"json\"}",
            Unreadable
        );
        yield return Stranger(
            "A hub handshake with a version that is no number",
            "{\"protocol\":\"json\",\"version\":\"1\"}",
            Unreadable
        );
        yield return Stranger(
            "A hub handshake for MessagePack",
            "{\"protocol\":\"messagepack\",\"version\":1}",
            "The protocol 'messagepack' is not supported."
        );
        yield return Stranger(
            "A hub handshake for another protocol",
            "{\"protocol\":\"x\",\"version\":1}",
            "The protocol 'x' is not supported."
        );
        yield return Stranger(
            "A hub handshake for version 99",
            "{\"protocol\":\"json\",\"version\":99}",
            "The server does not support version 99 of the 'json' protocol."
        );
        yield return Stranger(
            "An invocation before the hub handshake",
            "{\"type\":1,\"target\":\"Register\",\"arguments\":[\"$ME\"]}",
            Unreadable
        );
        yield return Stranger(
            "A hub handshake 100 levels deep",
            "{\"protocol\":\"json\",\"version\":1,\"x\":"
                + new string('[', 100)
                + new string(']', 100)
                + "}",
            Unreadable
        );
        yield return Stranger(
            "A hub handshake of 9,000 bytes",
            "{\"protocol\":\"json\",\"version\":1,\"x\":\"" + new string('x', 9_000) + "\"}",
            "Handshake was canceled."
        );
        yield return Stranger("An empty hub handshake", "", Unreadable);
    }

    private static IEnumerable<HostileRow> Records()
    {
        yield return Ignored(
            "An unknown method without an id",
            "{\"type\":1,\"target\":\"Nothing\",\"arguments\":[]}"
        );
        yield return Ignored("A hub ping", "{\"type\":6}");
        yield return Ignored(
            "A completion nobody waits for",
            "{\"type\":3,\"invocationId\":\"7\",\"result\":1}"
        );
        yield return Ignored("A cancellation of nothing", "{\"type\":5,\"invocationId\":\"7\"}");
        yield return Ignored(
            "A stream item of no stream",
            "{\"type\":2,\"invocationId\":\"7\",\"item\":1}"
        );
        yield return Ignored(
            "Seven hundred hub pings in one frame",
            [.. Enumerable.Repeat("{\"type\":6}", 700)]
        );
        yield return Ignored(
            "A second uid",
            "{\"type\":1,\"target\":\"Register\",\"arguments\":[\"$ME\"]}"
        );
        yield return Answered("Register with a number", "\"Register\",\"arguments\":[1]", Failed);
        yield return Ignored(
            "Register with null behind a uid",
            "{\"type\":1,\"target\":\"Register\",\"arguments\":[null]}"
        );
        yield return Answered(
            "Register without arguments",
            "\"Register\",\"arguments\":[]",
            Failed
        );
        yield return Answered(
            "Register with two arguments",
            "\"Register\",\"arguments\":[\"a\",\"b\"]",
            Failed
        );
        yield return Answered(
            "A method of the base class",
            "\"OnConnectedAsync\",\"arguments\":[]",
            "Failed to invoke 'OnConnectedAsync' due to an error on the server. HubException: Method does not exist."
        );
        yield return Answered(
            "Dispose",
            "\"Dispose\",\"arguments\":[]",
            "Failed to invoke 'Dispose' due to an error on the server. HubException: Method does not exist."
        );
        yield return Joined(
            "Register as a stream",
            Say(
                "{\"type\":4,\"invocationId\":\"1\",\"target\":\"Register\",\"arguments\":[\"a\"]}"
            ),
            Hear(
                "{\"type\":3,\"invocationId\":\"1\",\"error\":\"The client attempted to invoke the non-streaming 'Register' method with a streaming invocation.\"}"
            ),
            Works
        );
        yield return Joined(
            "A close message",
            Say("{\"type\":7}"),
            Hear("{\"type\":7}"),
            Closed(1000)
        );
    }

    private static IEnumerable<HostileRow> Broken()
    {
        yield return Fatal("Garbage on the hub", "hello", Error);
        yield return Fatal(
            "A second hub handshake",
            "{\"protocol\":\"json\",\"version\":1}",
            Error
        );
        yield return Fatal("A record without a type", "{}", Error);
        yield return Fatal("A record whose type is a string", "{\"type\":\"1\"}", Error);
        yield return Fatal(
            "An invocation without a target",
            "{\"type\":1,\"arguments\":[]}",
            Error
        );
        yield return Fatal("An empty record", "", Error);
        yield return Fatal(
            "A record 100 levels deep",
            "{\"type\":1,\"target\":\"Register\",\"arguments\":["
                + new string('[', 100)
                + new string(']', 100)
                + "]}",
            Error
        );
        yield return Fatal(
            "A record of 9,000 bytes",
            "{\"type\":6,\"x\":\"" + new string('x', 9_000) + "\"}",
            Error
        );
        yield return Fatal(
            "A record of 9,000 bytes without an end",
            peer => peer.Wire.SendAsync(TextFrame(new string('x', 9_000))),
            Error
        );
        yield return Fatal(
            "A record that is no UTF-8",
            peer =>
                peer.Wire.SendAsync(
                    BinaryFrame([.. "{\"type\":1,\"target\":\"\u00FF\""u8, 0xFF, 0x1E])
                ),
            Error
        );
        yield return Joined(
            "A text frame on the hub that is no UTF-8",
            peer => peer.Wire.SendAsync(TextFrame([0xFF])),
            Dropped
        );
        yield return Joined(
            "A frame on the hub without a mask",
            peer => peer.Wire.SendAsync(TextFrame("{\"type\":6}").Unmasked),
            Dropped
        );
        yield return Joined("A half-close on the hub", HalfClose, End);
    }

    private static HostileRow Stranger(string name, string record, string error) =>
        new(
            name,
            Port.Clients,
            Connect,
            Say(record),
            Hear($"{{\"error\":\"{error}\"}}"),
            Closed(1000)
        );

    private static HostileRow Answered(string name, string call, string error) =>
        Joined(
            name,
            Say($"{{\"type\":1,\"invocationId\":\"1\",\"target\":{call}}}"),
            Hear($"{{\"type\":3,\"invocationId\":\"1\",\"error\":\"{error}\"}}"),
            Works
        );
}
