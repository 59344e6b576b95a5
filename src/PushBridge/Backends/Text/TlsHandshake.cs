using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Options;
using PushBridge.Security;

namespace PushBridge.Backends.Text;

/// <summary>Makes TLS of accepted connections where the text port has a certificate, each within its time.</summary>
internal sealed class TlsHandshake(
    IOptions<TextOptions> options,
    BackendDoor door,
    TimeProvider time,
    ServerMetrics metrics,
    TextLog log
)
{
    private readonly TimeSpan limit = options.Value.HandshakeTimeout;

    /// <summary>With a secret to present, a certificate is not the only way in.</summary>
    private readonly PortTls? tls = PortTls.Of(
        options.Value.Certificate,
        options.Value.ClientCertificateAuthority,
        isOptional: door.NeedsSecret
    );

    /// <summary>Whether the port speaks TLS.</summary>
    public bool IsNeeded => tls is not null;

    /// <summary>Null when the peer does not come to terms; its socket is then still to be closed.</summary>
    public async Task<TlsLink?> TryAsync(Socket socket)
    {
        // From here on all waiting is asynchronous, and the stream insists on a socket that looks as if it blocked.
        socket.Blocking = true;
        HeldTickets transport = new(new NetworkStream(socket, ownsSocket: false));
        SslStream stream = new(transport);
        using CancellationTokenSource timeout = new(limit, time);
        try
        {
            await stream.AuthenticateAsServerAsync(tls!.Options(), timeout.Token);
            await transport.HandshakeEndedAsync(stream);
            return new TlsLink(stream, socket);
        }
        catch (OperationCanceledException)
        {
            metrics.Limited(Limit.TextHandshakeTime);
            log.HandshakeFailed("it took too long");
        }
        catch (Exception exception)
            when (exception is AuthenticationException or IOException or ObjectDisposedException)
        {
            log.HandshakeFailed(exception.GetBaseException().Message);
        }
        await transport.HandshakeFailedAsync();
        await stream.DisposeAsync();
        return null;
    }
}
