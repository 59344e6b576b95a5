using System.Threading.Channels;

namespace PushBridge.Backplane;

/// <summary>
/// What the broker has sent and this node has not read yet, in order. Bounded in bytes: what comes on top is dropped, and counted.
/// Many may add, one takes.
/// </summary>
internal sealed class Inbox(int maxBytes, BackplaneMetrics metrics)
{
    /// <summary>So much at a time, before the clients are flushed and the senders answered.</summary>
    private const int MaxBatch = 128;

    private readonly Channel<byte[]> queue = Channel.CreateUnbounded<byte[]>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private int pendingBytes;

    /// <summary>False when it was dropped.</summary>
    public bool TryAdd(byte[] envelope)
    {
        if (Interlocked.Add(ref pendingBytes, envelope.Length) > maxBytes)
        {
            Interlocked.Add(ref pendingBytes, -envelope.Length);
            metrics.Overflowed.Add();
            return false;
        }
        return queue.Writer.TryWrite(envelope);
    }

    /// <summary>Everything that is there, up to a limit; waits for the first. To be followed by <see cref="Handled"/>.</summary>
    public async ValueTask TakeAsync(List<byte[]> batch, CancellationToken cancellationToken)
    {
        batch.Clear();
        await queue.Reader.WaitToReadAsync(cancellationToken);
        while (batch.Count < MaxBatch && queue.Reader.TryRead(out byte[]? envelope))
        {
            batch.Add(envelope);
        }
    }

    public void Handled(List<byte[]> batch)
    {
        int bytes = 0;
        foreach (byte[] envelope in batch)
        {
            bytes += envelope.Length;
        }
        Interlocked.Add(ref pendingBytes, -bytes);
    }
}
