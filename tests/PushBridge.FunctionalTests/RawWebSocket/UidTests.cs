using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Rfc6455;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>Who is reached by a push: the connections of a uid, each of them, and nobody else.</summary>
public sealed class UidTests
{
    [Fact]
    public async Task Every_connection_of_a_uid_gets_every_message_in_order()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var first = await WebSocketPeer.ConnectAsync(server, "uid1");
        await using var second = await WebSocketPeer.ConnectAsync(server, "uid1");
        await using var third = await WebSocketPeer.ConnectAsync(server, "uid1");
        string[] lines =
        [
            .. Enumerable.Range(0, 50).Select(i => SeedLine.For("uid1", $"message {i}")),
        ];

        foreach (var line in lines)
        {
            await backend.PushAsync(line);
        }

        foreach (var peer in new[] { first, second, third })
        {
            foreach (var line in lines)
            {
                (await peer.ReadTextAsync()).Should().Be(line);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Closing_one_connection_of_a_uid_leaves_the_others(int closing)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var peers = new List<WebSocketPeer>();
        for (var i = 0; i < 3; i++)
        {
            peers.Add(await WebSocketPeer.ConnectAsync(server, "uid1"));
        }

        await peers[closing].CloseAsync();
        await peers[closing].DisposeAsync();
        peers.RemoveAt(closing);
        await server.WaitForUidAsync("uid1", 2);
        await backend.PushAsync(SeedLine.For("uid1", "to two"));

        foreach (var peer in peers)
        {
            (await peer.ReadTextAsync()).Should().Be(SeedLine.For("uid1", "to two"));
            await peer.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("closing handshake")]
    [InlineData("FIN")]
    [InlineData("reset")]
    public async Task A_uid_whose_last_connection_ended_is_offline(string end)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var peer = await WebSocketPeer.ConnectAsync(server, "uid1");
        await backend.PushAsync(SeedLine.For("uid1"));

        switch (end)
        {
            case "closing handshake":
                await peer.ReadTextAsync();
                await peer.CloseAsync();
                break;
            case "FIN":
                peer.HalfClose();
                break;
            default:
                peer.Reset();
                break;
        }

        await server.WaitForUidAsync("uid1", 0);
        (await backend.AskAsync(SeedLine.For("uid1"))).Should().Be("fail");
    }

    [Fact]
    public async Task A_push_reaches_nobody_else()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var target = await WebSocketPeer.ConnectAsync(server, "uid1");
        await using var longer = await WebSocketPeer.ConnectAsync(server, "uid10");
        await using var upper = await WebSocketPeer.ConnectAsync(server, "UID1");
        await using var spaced = await WebSocketPeer.ConnectAsync(server, "uid1 ");
        await using var silent = await WebSocketPeer.ConnectAsync(server.Clients);
        await silent.OpenAsync(server.Clients);

        await backend.PushAsync(SeedLine.For("uid1"));

        (await target.ReadTextAsync()).Should().Be(SeedLine.For("uid1"));
        foreach (var other in new[] { longer, upper, spaced, silent })
        {
            // Whatever had been sent to them would come before this pong.
            await other.SendAsync(WebSocketPeerFrame.Ping("anything?"));
            await other.ExpectAsync(WebSocketPeerFrame.Pong("anything?"));
        }
    }

    [Fact]
    public async Task The_65th_connection_of_a_uid_is_refused_with_4409()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var peers = new List<WebSocketPeer>();
        for (var i = 0; i < 64; i++)
        {
            peers.Add(await WebSocketPeer.ConnectAsync(server, "crowd"));
        }

        await using var surplus = await WebSocketPeer.ConnectAsync(server.Clients);
        await surplus.OpenAsync(server.Clients);
        await surplus.SendAsync(WebSocketPeerFrame.TextFrame("crowd"));
        (await surplus.ReadCloseAsync()).Should().Be(4409);

        await using var other = await WebSocketPeer.ConnectAsync(server, "somebody else");
        await backend.PushAsync(SeedLine.For("crowd"));
        foreach (var peer in peers)
        {
            (await peer.ReadTextAsync()).Should().Be(SeedLine.For("crowd"));
        }

        await peers[0].CloseAsync();
        await server.WaitForUidAsync("crowd", 63);
        await using var successor = await WebSocketPeer.ConnectAsync(server, "crowd");
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }
}
