using System.Diagnostics;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>While the server waits for its close frame to arrive, what the client still sends is thrown away.</summary>
public sealed class LingerTests
{
    private const long MiB = 1024 * 1024;
    private const long Sent = 64 * MiB;

    [Fact]
    public async Task A_client_that_sends_a_refused_frame_to_its_end_costs_no_memory()
    {
        await using var server = await ServerProcess.StartAsync();
        using var process = Process.GetProcessById(server.Id);
        await using var peer = await WebSocketPeer.ConnectAsync(server.Clients, "uid1");
        var before = process.WorkingSet64;

        await peer.SendAsync(WebSocketPeerFrame.BinaryFrame([]).Announcing(int.MaxValue - 100));
        await SendAsync(peer);
        process.Refresh();

        (process.WorkingSet64 - before).Should().BeLessThan(Sent / 2);
        (await peer.ReadFrameAsync()).CloseCode.Should().Be(1009);
    }

    private static async Task SendAsync(WebSocketPeer peer)
    {
        var chunk = new byte[MiB];
        try
        {
            for (var sent = 0L; sent < Sent; sent += chunk.Length)
            {
                await peer.SendAsync(chunk);
            }
        }
        catch (IOException)
        {
            // It need not take all of it.
        }
    }
}
