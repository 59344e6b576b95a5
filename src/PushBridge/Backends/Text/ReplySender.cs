using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>
/// Writes a backend's replies without ever making the reading of its commands wait: what the socket does not take at once is
/// kept, up to a limit, and written as the backend reads. Beyond the limit nothing more is written on that connection, since
/// a gap would attribute every later reply to the wrong command.
/// </summary>
internal sealed class ReplySender(ITextLink link, int maxPendingBytes, ServerMetrics metrics)
{
    private readonly Lock gate = new();
    private byte[] pending = [];
    private int pendingBytes;
    private bool draining;
    private bool overflowed;
    private bool broken;
    private TaskCompletionSource? drained;

    /// <summary>Sends or keeps the bytes; a broken connection is ignored here, the reader will meet it.</summary>
    public void Send(ReadOnlySpan<byte> replies)
    {
        lock (gate)
        {
            if (overflowed || broken || replies.IsEmpty)
            {
                return;
            }
            if (!draining)
            {
                int sent = link.SendNow(replies);
                if (sent < 0)
                {
                    broken = true;
                    return;
                }
                replies = replies[sent..];
            }
            Keep(replies);
        }
    }

    /// <summary>Completes when everything kept has been written or given up.</summary>
    public Task WhenDrained()
    {
        lock (gate)
        {
            drained ??= new TaskCompletionSource(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            if (!draining)
            {
                drained.TrySetResult();
            }
            return drained.Task;
        }
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return;
        }
        // What is half out must be finished, whatever its size: a reply cut short would be worse than none.
        if (pendingBytes > 0 && pendingBytes + rest.Length > maxPendingBytes)
        {
            overflowed = true;
            metrics.RepliesDropped();
            return;
        }
        if (pending.Length < pendingBytes + rest.Length)
        {
            Array.Resize(
                ref pending,
                Math.Max(pendingBytes + rest.Length, Math.Min(pending.Length * 2, maxPendingBytes))
            );
        }
        rest.CopyTo(pending.AsSpan(pendingBytes));
        pendingBytes += rest.Length;
        if (!draining)
        {
            draining = true;
            _ = DrainAsync();
        }
    }

    private async Task DrainAsync()
    {
        while (TakePending() is { Length: > 0 } taken)
        {
            try
            {
                await link.SendAsync(taken);
            }
            catch (Exception exception)
                when (exception is SocketException or IOException or ObjectDisposedException)
            {
                lock (gate)
                {
                    broken = true;
                }
            }
        }
    }

    private ReadOnlyMemory<byte> TakePending()
    {
        lock (gate)
        {
            if (broken || pendingBytes == 0)
            {
                pending = [];
                pendingBytes = 0;
                draining = false;
                drained?.TrySetResult();
                return default;
            }
            ReadOnlyMemory<byte> chunk = pending.AsMemory(0, pendingBytes);
            pending = [];
            pendingBytes = 0;
            return chunk;
        }
    }
}
