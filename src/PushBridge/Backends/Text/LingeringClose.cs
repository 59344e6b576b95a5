using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>
/// Ends a connection so that what was said last arrives: half-closes and reads on for a while, because closing over unread input makes
/// the kernel send a reset that overtakes it.
/// </summary>
internal static class LingeringClose
{
    /// <summary>How long a peer has to take what was said last.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <param name="socket">Still the caller's, to be disposed.</param>
    /// <param name="peerFinished">True when there is nothing more to read.</param>
    /// <param name="cancellationToken">When the time is over.</param>
    public static async Task RunAsync(
        Socket socket,
        bool peerFinished,
        CancellationToken cancellationToken
    )
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            byte[] discarded = new byte[4096];
            while (
                !peerFinished
                && await socket.ReceiveAsync(discarded, SocketFlags.None, cancellationToken) > 0
            )
            {
                // Whatever it still sends is not ours to read.
            }
        }
        catch (Exception exception)
            when (exception
                    is SocketException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            // Gone, or still sending when the time was over: it had its chance.
        }
    }
}
