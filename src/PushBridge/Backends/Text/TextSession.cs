using System.Buffers;
using PushBridge.Commands;
using PushBridge.Connections;

namespace PushBridge.Backends.Text;

/// <summary>
/// One backend's side of the text protocol (PROTOCOL.md section 1), without its socket: bytes come in, commands are
/// executed, replies and messages go out. Every line of a read is handled before the replies leave in one write and the
/// touched clients are flushed; the replies go first, because the backend refills its window while we send.
/// </summary>
internal sealed class TextSession(
    CommandExecutor executor,
    ReplySender replies,
    TextOptions options,
    FirstReplies first,
    ServerMetrics metrics
) : IDisposable
{
    /// <summary>Measured: reads of this size carry a backend's whole window; 4 KiB halve the throughput.</summary>
    private const int ReadSize = 256 * 1024;

    private readonly Command command = new();
    private readonly FlushList flushes = new();
    private readonly ArrayBufferWriter<byte> output = new();
    private LineSplitter splitter = new(options.MaxLineBytes);
    private byte[]? buffer;
    private int length;
    private bool greeted;
    private bool quiet;
    private int commands;

    /// <summary>True when an unfinished line is waiting for the rest of it.</summary>
    public bool HasTail => length > 0;

    /// <summary>Room for the next read; at least a quarter of <see cref="ReadSize"/>.</summary>
    public Memory<byte> Free()
    {
        buffer ??= ArrayPool<byte>.Shared.Rent(ReadSize);
        if (buffer.Length - length < ReadSize / 4)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        return buffer.AsMemory(length);
    }

    /// <summary>Gives the buffer back while the backend is idle: a waiting connection holds no memory.</summary>
    public void Rest()
    {
        if (buffer is not null && length == 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
        }
    }

    /// <summary>
    /// Handles what was read into <see cref="Free"/>. False: the backend broke the protocol, has been told, and the connection
    /// is to be closed; whatever else it sent is discarded.
    /// </summary>
    public bool Received(int count)
    {
        length += count;
        if (!greeted && IsForeign(buffer![0]))
        {
            metrics.ForeignProtocol();
            output.Write(Replies.Fail);
            Answer();
            return false;
        }
        greeted = true;
        return HandleLines();
    }

    /// <summary>True while a connection's first replies may be waiting for a pause.</summary>
    public bool IsHolding => first.IsHolding;

    /// <summary>How long a silence means that the backend has paused; without end when no reply waits for it.</summary>
    public TimeSpan Patience =>
        output.WrittenCount == 0 ? Timeout.InfiniteTimeSpan : FirstReplies.PauseAfter(commands);

    /// <summary>Writes the replies that wait.</summary>
    public void Answer()
    {
        if (output.WrittenCount > 0)
        {
            first.End();
            replies.Send(output.WrittenSpan);
            output.ResetWrittenCount();
        }
    }

    /// <summary>The backend will send nothing more; a line without its end is refused, since it may be half a line.</summary>
    public void Ended()
    {
        if (HasTail)
        {
            metrics.UnterminatedLine();
            output.Write(quiet ? default : Replies.Fail);
        }
        Answer();
    }

    public void Dispose()
    {
        length = 0;
        Rest();
    }

    /// <summary>
    /// No command begins with an upper-case letter or a control byte, but HTTP, TLS and their like do. Without this rule any
    /// web page could push with a form.
    /// </summary>
    private static bool IsForeign(byte first) =>
        first
            is (>= (byte)'A' and <= (byte)'Z')
                or 0x7F
                or (< 0x20 and not ((byte)'\t' or (byte)'\r' or (byte)'\n'));

    private bool HandleLines()
    {
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, length);
        LineStatus status;
        try
        {
            while (
                (status = splitter.TryRead(ref rest, out ReadOnlySpan<byte> line))
                == LineStatus.Line
            )
            {
                Handle(line);
            }
            if (status == LineStatus.TooLong)
            {
                output.Write(quiet ? default : Replies.Fail);
            }
            if (status == LineStatus.TooLong || !first.MayHold(output.WrittenCount))
            {
                Answer();
            }
        }
        finally
        {
            flushes.Flush();
        }
        rest.CopyTo(buffer);
        length = rest.Length;
        return status != LineStatus.TooLong;
    }

    private void Handle(ReadOnlySpan<byte> line)
    {
        commands++;
        Outcome outcome = CommandParser.TryParse(line, command)
            ? executor.Execute(command, line, flushes)
            : Outcome.Fail(FailReason.BadRequest);
        if (!quiet)
        {
            Replies.Write(command, outcome, output);
        }
        quiet |= outcome.Ok && command.Kind == CommandKind.Quiet;
    }
}
