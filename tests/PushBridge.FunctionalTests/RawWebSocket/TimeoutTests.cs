using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Rfc6455;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>Clients that say nothing, too little, or nothing any more.</summary>
public sealed class TimeoutTests
{
    [Fact]
    public async Task A_client_without_a_uid_in_time_is_closed_with_4408()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:HelloTimeout=00:00:01");
        await using var named = await WebSocketPeer.ConnectAsync(server, "uid1");
        await using var silent = await WebSocketPeer.ConnectAsync(server.Clients);
        await silent.OpenAsync(server.Clients);

        (await silent.ReadCloseAsync()).Should().Be(4408);
        await VerifyAliveAsync(server, named);
    }

    [Fact]
    public async Task Pings_and_half_a_uid_do_not_stop_the_clock_for_the_uid()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:HelloTimeout=00:00:01");
        await using var peer = await WebSocketPeer.ConnectAsync(server.Clients);
        await peer.OpenAsync(server.Clients);
        await peer.SendAsync(
            WebSocketPeerFrame.Ping("x"),
            WebSocketPeerFrame.TextFrame("uid").Unfinished
        );
        await peer.ExpectAsync(WebSocketPeerFrame.Pong("x"));

        (await peer.ReadCloseAsync()).Should().Be(4408);
    }

    [Fact]
    public async Task A_message_that_does_not_finish_in_time_is_closed_with_1008()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Clients:MessageTimeout=00:00:01"
        );
        await using var peer = await WebSocketPeer.ConnectAsync(server, "uid1");
        await peer.SendAsync(WebSocketPeerFrame.TextFrame("half").Unfinished);

        (await peer.ReadCloseAsync()).Should().Be(1008);
    }

    [Fact]
    public async Task A_frame_that_does_not_finish_in_time_is_closed_with_1008()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Clients:MessageTimeout=00:00:01"
        );
        await using var peer = await WebSocketPeer.ConnectAsync(server, "uid1");
        await peer.SendAsync(WebSocketPeerFrame.TextFrame("half a frame").ToBytes()[..9]);

        (await peer.ReadCloseAsync()).Should().Be(1008);
    }

    [Fact]
    public async Task The_server_pings_and_drops_only_who_stays_silent()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Clients:PingInterval=00:00:01",
            "Clients:SilenceTimeout=00:00:03"
        );
        await using var answering = await WebSocketPeer.ConnectAsync(server, "answering");
        await using var silent = await WebSocketPeer.ConnectAsync(server, "silent");
        using var dropped = new CancellationTokenSource();
        var answered = AnswerPingsAsync(answering, dropped.Token);

        (await silent.ReadFrameAsync()).Opcode.Should().Be(WebSocketPeerFrame.PingOpcode);
        while (await silent.TryReadFrameAsync() is { } frame)
        {
            frame
                .Opcode.Should()
                .BeOneOf(WebSocketPeerFrame.PingOpcode, WebSocketPeerFrame.CloseOpcode);
        }

        await server.WaitForUidAsync("silent", 0);
        await dropped.CancelAsync();
        (await answered).Should().BeGreaterThanOrEqualTo(2);
        await VerifyAliveAsync(server, answering, "answering");
    }

    /// <summary>Answers until told to stop; the count of pings answered.</summary>
    private static async Task<int> AnswerPingsAsync(WebSocketPeer peer, CancellationToken stop)
    {
        for (var count = 0; ; count++)
        {
            if (stop.IsCancellationRequested)
            {
                return count;
            }

            var ping = await peer.ReadFrameAsync();
            ping.Opcode.Should().Be(WebSocketPeerFrame.PingOpcode);
            await peer.SendAsync(
                new WebSocketPeerFrame(WebSocketPeerFrame.PongOpcode, ping.Payload)
            );
        }
    }

    private static async Task VerifyAliveAsync(
        PushBridgeServer server,
        WebSocketPeer peer,
        string uid = "uid1"
    )
    {
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await backend.PushAsync(SeedLine.For(uid, "alive"));
        WebSocketPeerFrame frame;
        do
        {
            frame = await peer.ReadFrameAsync();
        } while (frame.Opcode == WebSocketPeerFrame.PingOpcode);
        frame.TextPayload.Should().Be(SeedLine.For(uid, "alive"));
    }
}
