using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>One of a thousand raw clients: reads what comes, as numbers in order, until the server closes.</summary>
internal sealed class CrowdClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket socket;
    private byte[] buffer = new byte[16 * 1024];
    private int filled;

    private CrowdClient(Socket connected) => socket = connected;

    /// <summary>How many messages came, numbered from 0 without a gap.</summary>
    internal int Received { get; private set; }

    /// <summary>What was wrong with the order; null when nothing.</summary>
    internal string? Fault { get; private set; }

    internal int? CloseCode { get; private set; }

    /// <summary>Completes when the connection has ended.</summary>
    internal Task Reading { get; private set; } = Task.CompletedTask;

    /// <summary>The line of a push: its number is where every reader looks for it.</summary>
    internal static string Line(string uid, int number, int length = 0)
    {
        string start = $$"""{"n":"{{number:D8}}","uid":"{{uid}}","x":" """;
        return start + new string('x', Math.Max(0, length - start.Length - 2)) + "\"}";
    }

    /// <summary>The number in such a line.</summary>
    internal static int NumberIn(ReadOnlySpan<byte> line) =>
        int.Parse(line.Slice("{\"n\":\"".Length, 8));

    /// <summary>Connects and says the uid; the server has registered it when the task completes.</summary>
    internal static async Task<CrowdClient> ConnectAsync(IPEndPoint server, string uid, bool reads)
    {
        Socket tcp = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (!reads)
        {
            tcp.ReceiveBufferSize = 4096;
        }

        await tcp.ConnectAsync(server).WaitAsync(Patience);
        await tcp.SendAsync(
            (byte[])
                [
                    .. new WebSocketPeerRequest(server).ToBytes(),
                    .. WebSocketPeerFrame.TextFrame(uid).ToBytes(),
                    .. WebSocketPeerFrame.Ping("").ToBytes(),
                ]
        );
        CrowdClient client = new(tcp);
        while (!client.Pong())
        {
            (await client.FillAsync()).Should().BeTrue("the server accepts the client");
        }

        if (reads)
        {
            client.Reading = client.ReadAsync();
        }

        return client;
    }

    public void Dispose() => socket.Dispose();

    private bool Pong()
    {
        int at = buffer.AsSpan(0, filled).IndexOf((byte[])[0x8A, 0]);
        if (at >= 0)
        {
            Consume(at + 2);
        }

        return at >= 0;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await FillAsync())
            {
                int at = 0;
                while (TryFrame(at, out int length))
                {
                    Take(buffer[at], buffer.AsSpan(at + Header(at), length));
                    at += Header(at) + length;
                }

                Consume(at);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Fault ??= CloseCode is null ? exception.Message : null;
        }
    }

    private int Header(int at) => buffer[at + 1] < 126 ? 2 : 4;

    private bool TryFrame(int at, out int length)
    {
        length = 0;
        if (filled - at < 2 || filled - at < Header(at))
        {
            return false;
        }

        length =
            buffer[at + 1] < 126
                ? buffer[at + 1]
                : BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at + 2));
        return filled - at >= Header(at) + length;
    }

    private void Take(byte first, ReadOnlySpan<byte> payload)
    {
        if (first == 0x81)
        {
            int number = NumberIn(payload);
            if (number != Received)
            {
                Fault ??= $"{number} came where {Received} was due";
            }

            Received = number + 1;
        }
        else if (first == 0x88)
        {
            CloseCode = BinaryPrimitives.ReadUInt16BigEndian(payload);
        }
    }

    private async ValueTask<bool> FillAsync()
    {
        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        int count = await socket.ReceiveAsync(buffer.AsMemory(filled));
        filled += count;
        return count > 0;
    }

    private void Consume(int count)
    {
        buffer.AsSpan(count, filled - count).CopyTo(buffer);
        filled -= count;
    }
}
