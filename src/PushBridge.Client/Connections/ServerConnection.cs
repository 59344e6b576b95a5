using System.Net.Sockets;
using PushBridge.Client.Commands;
using PushBridge.Client.Replies;

namespace PushBridge.Client.Connections;

/// <summary>
/// One connection to the text port, from its first command to its end: a loop that writes what waits, many commands with one send,
/// and a loop that gives each reply to the oldest unanswered command. It ends when the server closes it, when a reply is
/// missing for too long or is none, or when it is told to finish. Nothing more is written behind a reply that may be the last, until
/// another one shows that it was not: whoever has read it finds his next command on a connection that is there.
/// </summary>
internal sealed class ServerConnection(
    ServerLink link,
    CommandQueue queue,
    WakeUp wake,
    PushClientOptions options
)
{
    private const int BatchBytes = 64 * 1024;
    private const int MaxReplyBytes = 64 * 1024 * 1024;

    private readonly List<PendingCommand> batch = [];
    private readonly LineBuffer output = new(BatchBytes);
    private volatile Exception? error;
    private volatile bool finishing;
    private volatile bool halfClosed;
    private volatile bool ended;
    private volatile bool doubtful;

    /// <summary>Serves until the end. Afterwards no command is unanswered: each was answered, told so, or waits to be written again.</summary>
    /// <returns>Why it ended; null when it had finished.</returns>
    public async Task<Exception?> RunAsync()
    {
        await using ReplyDeadline deadline = new(queue, options, Abort);
        Task reading = ReadAsync();
        await WriteAsync(deadline);
        await reading;
        queue.ConnectionLost(batch, error ?? Closed());
        return error;
    }

    /// <summary>Writes what waits, reads what is outstanding, and ends.</summary>
    public void Finish()
    {
        finishing = true;
        wake.Signal();
    }

    /// <summary>Ends now.</summary>
    public void Abort(Exception cause)
    {
        Interlocked.CompareExchange(ref error, cause, null);
        ended = true;
        link.Dispose();
        wake.Signal();
    }

    private async Task WriteAsync(ReplyDeadline deadline)
    {
        try
        {
            while (!ended)
            {
                if (batch.Count == 0)
                {
                    queue.Take(batch, BatchBytes);
                }
                // Looked at behind the taking: what was called after the reply is not written here.
                if (doubtful)
                {
                    await wake.WaitAsync();
                }
                else if (batch.Count > 0)
                {
                    await WriteBatchAsync(deadline);
                }
                else if (finishing && !queue.HasWaiting)
                {
                    await HalfCloseAsync();
                    return;
                }
                else
                {
                    await wake.WaitAsync();
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            // The reader goes on: replies that were sent before the connection broke are still to be had.
            Interlocked.CompareExchange(ref error, exception, null);
        }
        catch (Exception exception)
        {
            Abort(exception);
        }
    }

    private async ValueTask WriteBatchAsync(ReplyDeadline deadline)
    {
        output.Clear();
        foreach (PendingCommand command in batch)
        {
            output.Append(command.Line.Span);
        }
        if (ended)
        {
            return; // Nothing of it was written, so it may go over the next connection.
        }
        queue.Written(batch, options.TimeProvider.GetTimestamp());
        deadline.Watch();
        await link.SendAsync(output.Memory);
    }

    private async Task ReadAsync()
    {
        using ReplyLines lines = new(MaxReplyBytes);
        try
        {
            while (!ended)
            {
                int received = await link.ReceiveAsync(lines.Free());
                if (received == 0)
                {
                    throw Closed();
                }
                lines.Received(received);
                Answer(lines);
                if ((halfClosed || doubtful) && !queue.HasUnanswered)
                {
                    Abort(Closed());
                }
            }
        }
        catch (Exception exception)
        {
            Abort(exception);
        }
    }

    private void Answer(ReplyLines lines)
    {
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (!ReplyParser.TryParse(line, out Reply reply))
            {
                throw new IOException("The server sent a line that is not a reply.");
            }
            PendingCommand? command = queue.Answered(out bool roomMade);
            if (command is null)
            {
                throw new IOException("The server sent a reply that nobody had asked for.");
            }
            bool isCertainAgain = doubtful && !reply.MayBeLast;
            doubtful = reply.MayBeLast;
            command.Answer(reply);
            if (roomMade || isCertainAgain)
            {
                wake.Signal();
            }
        }
    }

    /// <summary>Behind its last answer the server closes too; without anything outstanding there is no need to wait for that.</summary>
    private async ValueTask HalfCloseAsync()
    {
        halfClosed = true;
        if (queue.HasUnanswered)
        {
            await link.HalfCloseAsync();
        }
        else
        {
            Abort(Closed());
        }
    }

    private static IOException Closed() => new("The connection to the server was closed.");
}
