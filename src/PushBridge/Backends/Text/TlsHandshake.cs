using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using PushBridge.Security;

namespace PushBridge.Backends.Text;

/// <summary>Makes TLS of the connections that a text listener with a certificate accepts, each within its time.</summary>
/// <param name="tls">Null for a listener without.</param>
/// <param name="services">What all text listeners share.</param>
internal sealed class TlsHandshake(PortTls? tls, TextServices services)
{
    /// <summary>Whether the listener speaks TLS.</summary>
    public bool IsNeeded => tls is not null;

    /// <summary>Null when the peer does not come to terms; its socket is then still to be closed.</summary>
    /// <param name="socket">Of the peer.</param>
    /// <param name="address">Its address, for the log.</param>
    public async Task<TlsLink?> TryAsync(Socket socket, IPAddress? address)
    {
        // From here on all waiting is asynchronous, and the stream insists on a socket that looks as if it blocked.
        socket.Blocking = true;
        HeldTickets transport = new(new NetworkStream(socket, ownsSocket: false));
        SslStream stream = new(transport);
        using CancellationTokenSource timeout = new(
            services.Options.HandshakeTimeout,
            services.Time
        );
        try
        {
            await stream.AuthenticateAsServerAsync(tls!.Options(), timeout.Token);
            await transport.HandshakeEndedAsync(stream);
            return new TlsLink(stream, socket);
        }
        catch (OperationCanceledException)
        {
            services.Metrics.Limited(Limit.TextHandshakeTime);
            services.Log.HandshakeFailed(address, "it took too long");
        }
        catch (Exception exception)
            when (exception is AuthenticationException or IOException or ObjectDisposedException)
        {
            services.Log.HandshakeFailed(address, exception.GetBaseException().Message);
        }
        await transport.HandshakeFailedAsync();
        await stream.DisposeAsync();
        return null;
    }
}
