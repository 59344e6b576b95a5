using System.Text;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile.Steps;

/// <summary>What peers of every port do and see.</summary>
internal static class Common
{
    /// <summary>The connection ends with a FIN, and nothing comes before it.</summary>
    internal static Step End { get; } =
        async peer => (await peer.Wire.ReadEndAsync()).Should().Be(PeerEnd.Fin);

    /// <summary>The connection ends, in whatever way: where the web server's own WebSocket speaks, a reset may overtake its last words.</summary>
    internal static Step Dropped { get; } = peer => peer.Wire.ReadToEndAsync(Stream.Null);

    internal static Step HalfClose { get; } =
        peer =>
        {
            peer.Wire.HalfClose();
            return Task.CompletedTask;
        };

    /// <summary>Drops the connection with everything that was not read yet.</summary>
    internal static Step Reset { get; } =
        peer =>
        {
            peer.Wire.Reset();
            return Task.CompletedTask;
        };

    /// <summary>Opens one more connection and goes on with it.</summary>
    internal static Step Reconnect { get; } = peer => peer.ConnectAsync();

    internal static Step Send(string text) => peer => peer.Wire.SendAsync(peer.Bytes(text));

    internal static Step Send(byte[] bytes) => peer => peer.Wire.SendAsync(bytes);

    /// <summary>Sends what the server may stop reading at any time.</summary>
    internal static Step SendRudely(string text) =>
        async peer =>
        {
            try
            {
                await peer.Wire.SendAsync(peer.Bytes(text));
            }
            catch (IOException)
            {
                // It did; what it said is still to be read.
            }
        };

    /// <summary>One byte in each write.</summary>
    internal static Step Drip(string text) =>
        peer => peer.Wire.SendAsync(peer.Bytes(text), Chunking.ByteByByte);

    /// <summary>Exactly these bytes come next.</summary>
    internal static Step Reply(string text) =>
        async peer =>
        {
            byte[] expected = peer.Bytes(text);
            byte[] came = await peer.Wire.ReadBytesAsync(expected.Length);
            Encoding.Latin1.GetString(came).Should().Be(Encoding.Latin1.GetString(expected));
        };

    /// <summary>The row's healthy client gets these bytes as its next message.</summary>
    internal static Step Relayed(string line) => peer => peer.ShouldHaveRelayedAsync(line);
}
