using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace PushBridge.Connections;

/// <summary>What became of a message offered to an <see cref="OutboundQueue"/>.</summary>
internal enum PutResult
{
    /// <summary>Accepted; somebody else will flush it.</summary>
    Accepted,

    /// <summary>Accepted; the caller must call <see cref="OutboundQueue.Flush"/> before it forgets the connection.</summary>
    AcceptedFlush,

    /// <summary>Refused: the connection is closing or closed.</summary>
    Closed,

    /// <summary>Refused: a write is in flight and the limit is reached. The client is a slow consumer.</summary>
    Full,
}

/// <summary>
/// The bounded queue of messages between the server and one client. In order, each at most once, and a message that was
/// accepted is written unless the connection dies first. Any thread may put and flush; one write is in flight at a time,
/// and no lock is held over it. Idle it owns no buffer.
/// </summary>
internal sealed class OutboundQueue(IOutboundWriter writer, int maxBytes)
{
    private const int FirstCapacity = 4;
    private const int KeptCapacity = 16;

    private readonly Lock gate = new();
    private Message[] ring = [];
    private int head;
    private int count;
    private int bytes;
    private bool dirty;
    private bool writing;
    private bool closed;
    private bool dead;
    private long writingSince;
    private TaskCompletionSource? drained;

    /// <summary>True once no further message is accepted.</summary>
    public bool IsClosed => Volatile.Read(ref closed);

    /// <summary>Bytes that wait, not counting those the writer has taken.</summary>
    public int PendingBytes => Volatile.Read(ref bytes);

    /// <summary>
    /// Offers a message. The limit counts only while a write is in flight, so that one large batch from a backend does not
    /// cut a client that keeps up; and one message may always wait, whatever its size.
    /// </summary>
    public PutResult Put(Message message)
    {
        lock (gate)
        {
            if (closed)
            {
                return PutResult.Closed;
            }
            if (writing && count > 0 && bytes + message.Size > maxBytes)
            {
                return PutResult.Full;
            }
            Append(message);
            if (writing || dirty)
            {
                return PutResult.Accepted;
            }
            dirty = true;
            return PutResult.AcceptedFlush;
        }
    }

    /// <summary>Writes what waits, unless another caller is at it; returns without waiting for a slow client.</summary>
    public void Flush()
    {
        lock (gate)
        {
            dirty = false;
            if (writing || dead || count == 0)
            {
                return;
            }
            writing = true;
            // The oldest of what this write takes, set before the writer looks.
            writingSince = ring[head].CreatedAt;
        }
        Pump();
    }

    /// <summary>
    /// Accepts nothing more and puts <paramref name="lastWords"/> behind what waits, or in its place when
    /// <paramref name="discard"/> is set. False when the queue was closed before.
    /// </summary>
    public bool Close(Message? lastWords, bool discard = false)
    {
        lock (gate)
        {
            if (closed)
            {
                return false;
            }
            closed = true;
            if (discard)
            {
                Clear();
            }
            if (lastWords is not null)
            {
                Append(lastWords);
            }
        }
        Flush();
        return true;
    }

    /// <summary>The connection is gone: forgets everything. After it returned no new write starts.</summary>
    public void Kill()
    {
        lock (gate)
        {
            closed = dead = true;
            Clear();
            if (!writing)
            {
                Drained();
            }
        }
    }

    /// <summary>Completes when nothing waits and no write is in flight.</summary>
    public Task WhenDrained()
    {
        lock (gate)
        {
            if (!writing && count == 0)
            {
                return Task.CompletedTask;
            }
            drained ??= new TaskCompletionSource(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            return drained.Task;
        }
    }

    /// <summary>True when the oldest unwritten message entered the server before <paramref name="deadline"/>.</summary>
    public bool IsOlderThan(long deadline)
    {
        lock (gate)
        {
            return writing ? writingSince < deadline : count > 0 && ring[head].CreatedAt < deadline;
        }
    }

    /// <summary>For the writer: the next message, or false when there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out Message? message)
    {
        lock (gate)
        {
            message = count == 0 ? null : TakeHead();
            return message is not null;
        }
    }

    /// <summary>
    /// For the writer: as many whole frames as fit into <paramref name="scratch"/>, so that they leave in one send. A frame
    /// that is alone, or too large for the scratch, comes back uncopied instead (and the returned length is 0).
    /// </summary>
    public int TakeFrames(Span<byte> scratch, out ReadOnlyMemory<byte> single)
    {
        lock (gate)
        {
            single = default;
            if (count == 0)
            {
                return 0;
            }
            if (count == 1 || ring[head].Frame.Length > scratch.Length)
            {
                single = TakeHead().Frame;
                return 0;
            }
            int length = 0;

            while (count > 0 && ring[head].Frame.Length <= scratch.Length - length)
            {
                ReadOnlySpan<byte> frame = TakeHead().Frame.Span;
                frame.CopyTo(scratch[length..]);
                length += frame.Length;
            }
            return length;
        }
    }

    private void Pump()
    {
        bool more = true;
        while (more)
        {
            ValueTask<bool> write = writer.WriteAsync(this);
            if (!write.IsCompletedSuccessfully)
            {
                _ = PumpAsync(write);
                return;
            }
            more = Finish(write.Result);
        }
    }

    /// <summary>Goes on where a write did not end at once. Owned by the queue: it ends with what waits, or with the connection.</summary>
    private async Task PumpAsync(ValueTask<bool> write)
    {
        bool more = true;
        while (more)
        {
            bool written;
            try
            {
                written = await write;
            }
            catch (Exception)
            {
                // Whatever a transport throws when it goes away under a write: its reader learns the same and ends the connection.
                written = false;
            }
            more = Finish(written);
            write = more ? writer.WriteAsync(this) : default;
        }
    }

    private bool Finish(bool written)
    {
        lock (gate)
        {
            if (!written)
            {
                closed = dead = true;
                Clear();
            }
            if (count > 0)
            {
                writingSince = ring[head].CreatedAt;
                return true;
            }
            writing = false;
            if (ring.Length > KeptCapacity)
            {
                ring = [];
            }
            Drained();
            return false;
        }
    }

    /// <summary>Tells those who wait for it; who asks later asks about what comes later.</summary>
    private void Drained()
    {
        drained?.TrySetResult();
        drained = null;
    }

    private void Append(Message message)
    {
        if (count == ring.Length)
        {
            Grow();
        }
        ring[(head + count) & (ring.Length - 1)] = message;
        count++;
        bytes += message.Size;
    }

    private Message TakeHead()
    {
        Debug.Assert(count > 0, "Callers check that there is a message.");
        Message message = ring[head];
        ring[head] = null!;
        head = (head + 1) & (ring.Length - 1);
        count--;
        bytes -= message.Size;
        return message;
    }

    private void Grow()
    {
        Message[] larger = new Message[Math.Max(FirstCapacity, ring.Length * 2)];
        for (int i = 0; i < count; i++)
        {
            larger[i] = ring[(head + i) & (ring.Length - 1)];
        }
        ring = larger;
        head = 0;
    }

    private void Clear()
    {
        ring = [];
        head = count = bytes = 0;
    }
}
