using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>
/// TLS on a socket, after its handshake. What has arrived is decrypted into a buffer of its own while one waits for input, because TLS comes in records:
/// the first byte of one says nothing about when the rest will come, and the wait for it must be one that can be given up.
/// </summary>
internal sealed class TlsLink(SslStream stream, Socket socket) : ITextLink
{
    /// <summary>A few records; not more than the room that <see cref="ReceiveAsync"/> is given.</summary>
    private const int ReadSize = 32 * 1024;

    private byte[] arrived = [];
    private int count;

    /// <summary>Whether the backend showed a certificate; the handshake has checked it.</summary>
    public bool HasCertificate => stream.RemoteCertificate is not null;

    public async Task WaitForInputAsync()
    {
        _ = await stream.ReadAsync(Memory<byte>.Empty);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        count = await stream.ReadAsync(buffer.AsMemory(0, ReadSize));
        arrived = buffer;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> free)
    {
        arrived.AsMemory(0, count).CopyTo(free);
        ArrayPool<byte>.Shared.Return(arrived);
        arrived = [];
        return ValueTask.FromResult(count);
    }

    /// <summary>Nothing goes out of TLS without perhaps waiting.</summary>
    public int SendNow(ReadOnlySpan<byte> bytes) => 0;

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    /// <summary>The alert close_notify: the replies are whole, nobody has cut them.</summary>
    public Task SayEndAsync() => stream.ShutdownAsync();

    public void Dispose()
    {
        // First, since it ends what the stream is still waiting for.
        socket.Dispose();
        stream.Dispose();
    }
}
