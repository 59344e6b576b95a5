using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile.Steps;

/// <summary>What raw WebSocket clients do and see.</summary>
internal static class Raw
{
    /// <summary>A good handshake, and its 101.</summary>
    internal static Step Open { get; } = peer => peer.Wire.OpenAsync(peer.Server);

    /// <summary>Says a uid of its own, not the bystander's.</summary>
    internal static Step Register { get; } = peer => peer.Wire.RegisterAsync(peer.Fill("$ME-raw"));

    /// <summary>The server has read everything, answers nothing but this ping, and closes in good order.</summary>
    internal static Step Works { get; } =
        async peer =>
        {
            await peer.Wire.SendAsync(WebSocketPeerFrame.Ping("still here"));
            await peer.Wire.ExpectAsync(WebSocketPeerFrame.Pong("still here"));
            await peer.Wire.CloseAsync();
        };

    internal static Step Frames(params WebSocketPeerFrame[] frames) =>
        Common.Send([.. frames.SelectMany(frame => frame.ToBytes())]);

    /// <summary>Frames that the server may stop reading at any time.</summary>
    internal static Step Flood(int count, params WebSocketPeerFrame[] frames)
    {
        byte[] once = [.. frames.SelectMany(frame => frame.ToBytes())];
        byte[] all = new byte[once.Length * count];
        for (int i = 0; i < count; i++)
        {
            once.CopyTo(all, i * once.Length);
        }

        return async peer =>
        {
            try
            {
                await peer.Wire.SendAsync(all);
            }
            catch (IOException)
            {
                // What it said is still to be read.
            }
        };
    }

    internal static Step Expect(WebSocketPeerFrame frame) => peer => peer.Wire.ExpectAsync(frame);

    /// <summary>The close frame and the FIN behind it.</summary>
    internal static Step Closed(int code) =>
        async peer => (await peer.Wire.ReadCloseAsync()).Should().Be(code);

    /// <summary>The close frame and the FIN behind it; pongs may come first, as many as the server thought right.</summary>
    internal static Step ClosedAfterPongs(int code) =>
        async peer =>
        {
            WebSocketPeerFrame frame;
            do
            {
                frame = await peer.Wire.ReadFrameAsync();
            } while (frame.Opcode == WebSocketPeerFrame.PongOpcode);

            frame.Opcode.Should().Be(WebSocketPeerFrame.CloseOpcode);
            frame.CloseCode.Should().Be(code);
            (await peer.Wire.ReadEndAsync()).Should().Be(PeerEnd.Fin);
        };

    /// <summary>Sends a head made of the good one, and reads the status of what comes back.</summary>
    internal static Step Handshake(
        int status,
        Func<WebSocketPeerRequest, WebSocketPeerRequest> shape
    ) =>
        async peer =>
        {
            WebSocketPeerRequest head = shape(new(peer.Server));
            var answer = await peer.Wire.HandshakeAsync(peer.Fill(head.ToString()));
            answer.Status.Should().Be(status, "{0} {1}", answer.StatusLine, answer.BodyText);
        };

    /// <summary>A handshake that is refused, on a connection that then ends.</summary>
    internal static HostileRow Refused(
        string name,
        int status,
        Func<WebSocketPeerRequest, WebSocketPeerRequest> shape
    ) => new(name, Port.Clients, Handshake(status, shape), Common.End);

    /// <summary>A handshake that is accepted, on a connection that then works.</summary>
    internal static HostileRow Accepted(
        string name,
        Func<WebSocketPeerRequest, WebSocketPeerRequest> shape
    ) => new(name, Port.Clients, Handshake(101, shape), Register, Works);
}
