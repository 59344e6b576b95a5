using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>A close frame really arrives: the server lingers before it drops the socket.</summary>
public sealed class CloseTests
{
    private static readonly byte[] Ignored = WebSocketPeerFrame
        .BinaryFrame(new byte[8000])
        .ToBytes();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_close_frame_arrives_with_input_unread(bool tls)
    {
        using var certificate = new TestCertificate();
        await using var server = await PushBridgeServer.StartAsync(tls ? certificate.Settings : []);
        await using var peer = await WebSocketPeer.ConnectAsync(server, "uid1", tls);
        byte[] behind = [.. Enumerable.Range(0, 32).SelectMany(_ => Ignored)];

        await peer.SendAsync([
            .. (WebSocketPeerFrame.TextFrame("bad").Reserving(4)).ToBytes(),
            .. behind,
        ]);

        (await peer.ReadCloseAsync()).Should().Be(1002);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_close_frame_arrives_while_the_client_is_still_sending(bool tls)
    {
        using var certificate = new TestCertificate();
        await using var server = await PushBridgeServer.StartAsync(tls ? certificate.Settings : []);
        await using var peer = await WebSocketPeer.ConnectAsync(server, "uid1", tls);
        using var seen = new CancellationTokenSource();
        var sending = SendUntilAsync(peer, seen.Token);

        var frame = await peer.ReadFrameAsync();
        await seen.CancelAsync();

        frame.CloseCode.Should().Be(1002);
        await sending;
    }

    private static async Task SendUntilAsync(WebSocketPeer peer, CancellationToken seen)
    {
        await Task.Yield();
        await peer.SendAsync(WebSocketPeerFrame.TextFrame("bad").Unmasked);
        try
        {
            while (!seen.IsCancellationRequested)
            {
                await peer.SendAsync(Ignored);
            }
        }
        catch (IOException)
        {
            // The server may stop listening once it has said why.
        }
    }
}
