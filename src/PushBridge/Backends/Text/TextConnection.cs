using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>
/// The life of one backend connection: read all there is, hand it to the session, until the backend has finished or broken
/// the protocol; then let the last replies arrive before the socket closes. Reads a socket of its own rather than a pipe: a
/// reset discards what a pipe has buffered (36 % of the lines of a PHP script that never reads, against 9 %).
/// </summary>
internal sealed class TextConnection(
    Socket socket,
    TextSession session,
    ReplySender replies,
    TimeProvider time,
    TextLog log
)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>On a thread of its own, blocking; returns when the backend has nothing more to say.</summary>
    public bool Read()
    {
        while (true)
        {
            int count = socket.Receive(
                session.Free().Span,
                SocketFlags.None,
                out SocketError error
            );
            if (error == SocketError.WouldBlock)
            {
                session.Rest();
                socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
            }
            else if (count == 0 || error != SocketError.Success)
            {
                return Ended();
            }
            else if (!session.Received(count))
            {
                return false;
            }
        }
    }

    /// <summary>The same on the thread pool, for backends beyond the dedicated threads.</summary>
    public async Task<bool> ReadAsync()
    {
        while (true)
        {
            int count;
            try
            {
                session.Rest();
                await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                count = await socket.ReceiveAsync(session.Free(), SocketFlags.None);
            }
            catch (SocketException)
            {
                count = 0;
            }
            if (count == 0)
            {
                return Ended();
            }
            if (!session.Received(count))
            {
                return false;
            }
        }
    }

    /// <summary>
    /// Closes so that the last replies arrive: half-closes, and, when we are the ones who end it, reads on for a second, because
    /// closing over unread input makes the kernel send a reset that overtakes them.
    /// </summary>
    public async Task CloseAsync(bool peerFinished)
    {
        using CancellationTokenSource timeout = new(Linger, time);
        try
        {
            await replies.WhenDrained().WaitAsync(timeout.Token);
            socket.Shutdown(SocketShutdown.Send);
            byte[] discarded = new byte[4096];
            while (
                !peerFinished
                && await socket.ReceiveAsync(discarded, SocketFlags.None, timeout.Token) > 0
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
            // Gone, or still sending after a second: it had its chance.
        }
        finally
        {
            session.Dispose();
            socket.Dispose();
        }
    }

    /// <summary>Lets the session finish what has arrived and then see the end of input; for the drain.</summary>
    public void StopReading()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It ended by itself in this moment.
        }
    }

    private bool Ended()
    {
        if (session.HasTail)
        {
            log.UnterminatedLine();
        }
        session.Ended();
        return true;
    }
}
