using System.Net.Security;
using System.Net.Sockets;

namespace PushBridge.Client.Connections;

/// <summary>
/// The bytes of one connection: a socket, with TLS on it when the address says so. One sender and one receiver at a time. What breaks is
/// a <see cref="SocketException"/>, or with TLS an <see cref="IOException"/>.
/// </summary>
internal sealed class ServerLink(Socket socket) : IDisposable
{
    private SslStream? tls;

    /// <summary>The handshake; the link is not to be used when it fails.</summary>
    public async Task StartTlsAsync(
        SslClientAuthenticationOptions options,
        CancellationToken cancellationToken
    )
    {
        tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await tls.AuthenticateAsClientAsync(options, cancellationToken);
    }

    public async ValueTask SendAsync(
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken = default
    )
    {
        if (tls is not null)
        {
            await tls.WriteAsync(bytes, cancellationToken);
            return;
        }
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    /// <summary>0 is the end.</summary>
    public ValueTask<int> ReceiveAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    ) =>
        tls?.ReadAsync(buffer, cancellationToken) ?? socket.ReceiveAsync(buffer, cancellationToken);

    /// <summary>Says that nothing more will be sent; what the server still says can be received.</summary>
    public async ValueTask HalfCloseAsync()
    {
        if (tls is not null)
        {
            await tls.ShutdownAsync();
        }
        socket.Shutdown(SocketShutdown.Send);
    }

    public void Dispose()
    {
        // First, since it ends what the stream is still waiting for.
        socket.Dispose();
        tls?.Dispose();
    }
}
