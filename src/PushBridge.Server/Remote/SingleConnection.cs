using System.Net.Sockets;
using PushBridge.Server.CommandLine;

namespace PushBridge.Server.Remote;

/// <summary>Connects once and never again: where several processes share an address, the next connection might be another one's.</summary>
internal sealed class SingleConnection
{
    private bool isUsed;

    /// <exception cref="CommandFailedException">The connection that there was has ended.</exception>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellation
    )
    {
        if (isUsed)
        {
            throw new CommandFailedException(
                ExitCode.Failure,
                $"{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}: the server has closed the connection; it may be about to end"
            );
        }
        isUsed = true;
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
