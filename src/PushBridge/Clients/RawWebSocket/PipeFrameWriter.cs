using System.Buffers;
using System.IO.Pipelines;
using PushBridge.Connections;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>
/// Writes frames through a pipe: TLS connections, and hosts that hand over a stream. The pipe takes 64 KiB, then the queue
/// holds the rest; it is never written while a flush is in flight, which a pipe does not allow.
/// </summary>
internal sealed class PipeFrameWriter(PipeWriter output) : IFrameWriter
{
    private const int BatchBytes = 64 * 1024;

    public ValueTask<bool> WriteAsync(OutboundQueue queue)
    {
        int written = 0;
        while (written < BatchBytes && queue.TryTake(out Message? message))
        {
            output.Write(message.Frame.Span);
            written += message.Frame.Length;
        }
        ValueTask<FlushResult> flush = output.FlushAsync();
        return flush.IsCompletedSuccessfully
            ? new ValueTask<bool>(IsOpen(flush.Result))
            : FlushedAsync(flush);
    }

    /// <summary>A pipe has no half-close that TLS and streams would carry: whoever owns it closes it.</summary>
    public bool CompleteSending() => false;

    private static async ValueTask<bool> FlushedAsync(ValueTask<FlushResult> flush) =>
        IsOpen(await flush);

    private static bool IsOpen(FlushResult result) => !result.IsCompleted && !result.IsCanceled;
}
