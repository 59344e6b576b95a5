using System.Net.Sockets;
using PushBridge.Commands;

namespace PushBridge.Backends.Text;

/// <summary>
/// The life of one backend connection: read all there is, hand it to the session, until the backend has finished or broken
/// the protocol; then let the last replies arrive before the socket closes. Reads a socket of its own rather than a pipe: a
/// reset discards what a pipe has buffered (36 % of the lines of a PHP script that never reads, against 9 %).
/// </summary>
internal sealed class TextConnection(
    Socket socket,
    ITextLink link,
    TextSession session,
    ReplySender replies,
    TimeProvider time,
    ServerMetrics metrics,
    TextLog log
)
{
    /// <summary>IPPROTO_TCP and TCP_QUICKACK of Linux.</summary>
    private const int Tcp = 6;

    /// <summary>Of so many reads one is timed: often enough for percentiles, too rarely to cost anything.</summary>
    private const int ReadsPerSample = 64;
    private const int QuickAck = 12;
    private static readonly byte[] On = [1, 0, 0, 0];

    private readonly bool isTcp = socket.AddressFamily != AddressFamily.Unix;
    private volatile bool stopped;
    private uint reads;

    /// <summary>A bare socket only: on a thread of its own, blocking, until the connection is over: true when the backend ended it, false when we do.</summary>
    public bool Read()
    {
        bool peerFinished = false;
        bool open = true;
        while (open)
        {
            session.Rest();
            if (socket.Poll(session.Patience, SelectMode.SelectRead))
            {
                Memory<byte> free = session.Free();
                int count = socket.Receive(free.Span, SocketFlags.None, out SocketError error);
                open = error == SocketError.WouldBlock || TryHandle(count, out peerFinished);
                while (open && session.Obstacle is { } obstacle)
                {
                    obstacle.GetAwaiter().GetResult(); // On a thread of its own.
                    open = session.Resume();
                }
            }
            else
            {
                open = session.Paused();
            }
        }
        return peerFinished;
    }

    /// <summary>The same on the thread pool, for TLS and for backends beyond the dedicated threads.</summary>
    public async Task<bool> ReadAsync()
    {
        bool peerFinished = false;
        bool open = true;
        while (open)
        {
            int count = 0;
            try
            {
                session.Rest();
                if (!await WaitForInputAsync())
                {
                    return false;
                }
                count = await link.ReceiveAsync(session.Free());
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // A reset ends the input like a close.
            }
            open = TryHandle(count, out peerFinished);
            while (open && session.Obstacle is { } obstacle)
            {
                await obstacle;
                open = session.Resume();
            }
        }
        return peerFinished;
    }

    /// <summary>Handles what was read, 0 bytes being the end; false when the connection is over, by whose doing it says.</summary>
    private bool TryHandle(int count, out bool peerFinished)
    {
        peerFinished = count == 0 && !stopped;
        if (count == 0)
        {
            Ended();
            return false;
        }
        bool open = reads++ % ReadsPerSample == 0 ? TimedReceived(count) : session.Received(count);
        if (isTcp && session.IsHolding)
        {
            AcknowledgeAtOnce(socket);
        }
        return open;
    }

    private bool TimedReceived(int count)
    {
        long started = time.GetTimestamp();
        bool open = session.Received(count);
        if (session.HasDelivered)
        {
            metrics.PushToWrite(time.GetElapsedTime(started));
        }
        return open;
    }

    /// <summary>
    /// Has the kernel acknowledge what comes without delay, for the next few segments. A sender's kernel holds small lines back
    /// while earlier ones are unacknowledged, and our replies, which would carry the acknowledgement, are being held.
    /// </summary>
    public static void AcknowledgeAtOnce(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            socket.SetRawSocketOption(Tcp, QuickAck, On);
        }
        catch (SocketException)
        {
            // It was reset in this moment; the next read says so.
        }
    }

    /// <summary>
    /// Closes so that the last replies arrive, whoever ended it; but not for longer than a peer takes that listens.
    /// </summary>
    public async Task CloseAsync(bool peerFinished)
    {
        // In about a second at most, whatever other nodes do.
        await session.WhenAnsweredAsync();
        using CancellationTokenSource timeout = new(LingeringClose.Limit, time);
        try
        {
            await replies.WhenDrained().WaitAsync(timeout.Token);
            await link.SayEndAsync().WaitAsync(timeout.Token);
            await LingeringClose.RunAsync(socket, peerFinished, timeout.Token);
        }
        catch (Exception exception)
            when (exception
                    is SocketException
                        or IOException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            // Gone, or not reading: it had its chance.
        }
        finally
        {
            session.Dispose();
            link.Dispose();
        }
    }

    /// <summary>Nothing it says will be heard; one word to be sent before <see cref="CloseAsync"/>.</summary>
    public void Refuse() => replies.Send(Replies.Fail);

    /// <summary>Lets the session finish what has arrived and then see the end of input; for the drain.</summary>
    public void StopReading()
    {
        stopped = true;
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It ended by itself in this moment.
        }
    }

    /// <summary>Waits without holding a buffer, and has the session do what is due meanwhile. False when the connection is over.</summary>
    private async ValueTask<bool> WaitForInputAsync()
    {
        Task input = link.WaitForInputAsync();
        if (input.IsCompleted)
        {
            // It sends faster than we read: others want the pool's thread too.
            await Task.Yield();
        }
        while (
            !input.IsCompleted
            && session.Patience is var patience
            && patience != Timeout.InfiniteTimeSpan
        )
        {
            using CancellationTokenSource waited = new();
            await Task.WhenAny(input, Task.Delay(patience, time, waited.Token));
            await waited.CancelAsync();
            if (!input.IsCompleted && !session.Paused())
            {
                // Given up: it ends with the connection, and that is no news then.
                _ = input.ContinueWith(
                    static ended => ended.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted,
                    TaskScheduler.Default
                );
                return false;
            }
        }
        await input;
        return true;
    }

    private void Ended()
    {
        if (session.HasTail && !stopped)
        {
            log.UnterminatedLine();
        }
        session.Ended();
    }
}
