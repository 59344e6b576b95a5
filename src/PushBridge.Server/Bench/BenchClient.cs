using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PushBridge.Server.Bench;

/// <summary>A raw WebSocket client with as little memory as will do. Messages have at most 125 bytes.</summary>
internal sealed class BenchClient(string uid, TimeProvider time) : IDisposable
{
    private const int BufferBytes = 512;
    private const int HeadBytes = 2;
    private const byte FinalText = 0x81;

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[BufferBytes];
    private int filled;

    public string Uid => uid;

    /// <summary>Connects, and returns when the server has taken the client in.</summary>
    public async Task ConnectAsync(IPEndPoint server, CancellationToken cancellation)
    {
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET / HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ),
            cancellation
        );
        int end;
        while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync(cancellation);
        }
        Consume(end + 4);
        await socket.SendAsync(Frame(uid), cancellation);
        await socket.SendAsync(Frame("heartbeat"), cancellation);
        bool isIn = false;
        while (!isIn)
        {
            await FillAsync(cancellation);
            Take((_, length) => isIn |= length == 0);
        }
    }

    /// <summary>Counts messages until the connection ends.</summary>
    /// <param name="arrived">Is given when each came.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ReceiveAsync(Action<long> arrived, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await FillAsync(cancellation);
                long now = time.GetTimestamp();
                Take(
                    (first, length) =>
                    {
                        if (first == FinalText && length > 0)
                        {
                            arrived(now);
                        }
                    }
                );
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException or IOException)
        {
            // The test is over, or it waits in vain for what is missing now.
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task FillAsync(CancellationToken cancellation)
    {
        int received = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellation);
        filled += received > 0 ? received : throw new IOException("the server closed a connection");
    }

    /// <summary>Shows the whole frames that are there, by first byte and length, and keeps the rest.</summary>
    private void Take(Action<byte, int> frame)
    {
        int at = 0;
        while (filled - at >= HeadBytes && filled - at >= HeadBytes + buffer[at + 1])
        {
            frame(buffer[at], buffer[at + 1]);
            at += HeadBytes + buffer[at + 1];
        }
        Consume(at);
    }

    private void Consume(int bytes)
    {
        buffer.AsSpan(bytes, filled - bytes).CopyTo(buffer);
        filled -= bytes;
    }

    /// <summary>A short text frame, masked with zeros.</summary>
    private static byte[] Frame(string text) =>
        [FinalText, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
}
