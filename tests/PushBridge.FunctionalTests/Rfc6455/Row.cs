using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>What a client sees after the bytes of a row: the frames of <see cref="Answers"/> first, then the rest.</summary>
internal sealed record Expectation
{
    internal IReadOnlyList<WebSocketPeerFrame> Answers { get; private init; } = [];

    /// <summary>True: the connection goes on and a push arrives. False: a close frame and a FIN come.</summary>
    internal bool StaysOpen { get; private init; }

    /// <summary>The code in the close frame; null for a close frame without payload.</summary>
    internal int? CloseCode { get; private init; }

    /// <summary>Nothing comes back and a push arrives.</summary>
    internal static Expectation Open { get; } = new() { StaysOpen = true };

    internal static Expectation EmptyClose { get; } = new();

    internal static Expectation Closed(int code) => new() { CloseCode = code };

    internal Expectation After(params WebSocketPeerFrame[] answers) =>
        this with
        {
            Answers = answers,
        };

    /// <summary>These pongs come, in this order, and a push arrives.</summary>
    internal static Expectation Pongs(params string[] payloads) =>
        Open.After([.. payloads.Select(WebSocketPeerFrame.Pong)]);
}

/// <summary>One rule of RFC 6455 or of the wire contract: frames from the client, and what it sees then.</summary>
internal sealed record Row(string Name, Expectation Expected, params WebSocketPeerFrame[] Frames)
{
    /// <summary>The uid that the frames say themselves; null when the runner says one before them, or nobody does.</summary>
    internal string? Uid { get; private init; }

    /// <summary>True when nothing goes before the frames, not even a uid.</summary>
    internal bool ComesFirst { get; private init; }

    internal byte[] Bytes => [.. Frames.SelectMany(f => f.ToBytes())];

    /// <summary>The same row straight behind the handshake.</summary>
    internal Row First => this with { ComesFirst = true };

    /// <summary>The same row straight behind the handshake, where its frames say this uid.</summary>
    internal Row Saying(string uid) => First with { Uid = uid };
}
