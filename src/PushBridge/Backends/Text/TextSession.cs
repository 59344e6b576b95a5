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
    ServerMetrics metrics,
    BackendEntry entry,
    TimeProvider time
) : IDisposable
{
    /// <summary>No secret needs more; strangers get no memory for long lines.</summary>
    private const int MaxStrangerLineBytes = 8 * 1024;

    /// <summary>A backend that sends faster than the other nodes answer is read no further for a moment.</summary>
    private const int MaxLateReplies = 4096;

    /// <summary>Measured: reads of this size carry a backend's whole window; 4 KiB halve the throughput.</summary>
    private const int ReadSize = 256 * 1024;

    private readonly Command command = new();
    private readonly FlushList flushes = new();
    private readonly CommandTally tally = new(metrics, Door.Text);
    private readonly LateReplies late = new(replies, metrics);
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly CommandRate? rate = CommandRate.Of(options.MaxCommandsPerSecond);
    private LineSplitter splitter = new(
        entry.IsOpen ? options.MaxLineBytes : Math.Min(options.MaxLineBytes, MaxStrangerLineBytes)
    );

    // Who still has to present a secret does so before anything else, and soon: strangers take places and threads.
    private LineDeadline deadline = new(options.LineTimeout, time, isRunning: !entry.IsOpen);
    private byte[]? buffer;
    private int length;
    private bool greeted;
    private bool quiet;
    private int commands;
    private Task<Claim>? claiming;

    /// <summary>
    /// What has to be over before the next line may be handled, or null: the lines that are left wait for <see cref="Resume"/>. Something
    /// that other nodes have a part in, and over in about a second whatever they do.
    /// </summary>
    public Task? Obstacle { get; private set; }

    /// <summary>True when an unfinished line is waiting for the rest of it.</summary>
    public bool HasTail => length > 0;

    /// <summary>True when the commands of the last read had messages for somebody.</summary>
    public bool HasDelivered { get; private set; }

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
        return HandleLines() && (Obstacle is not null || IsInTime());
    }

    /// <summary>Goes on behind an <see cref="Obstacle"/> that is over; returns what <see cref="Received"/> does.</summary>
    public bool Resume()
    {
        Obstacle = null;
        return HandleLines() && (Obstacle is not null || IsInTime());
    }

    /// <summary>Completes when every command is answered.</summary>
    public Task WhenAnsweredAsync()
    {
        // Also when an exception ended it while the first replies were held: held ones never leave.
        late.Send(default);
        return late.WhenAtMostAsync(0);
    }

    /// <summary>True while a connection's first replies may be waiting for a pause.</summary>
    public bool IsHolding => first.IsHolding;

    /// <summary>How long to wait for input before <see cref="Paused"/>; without end when there is nothing to do then.</summary>
    public TimeSpan Patience
    {
        get
        {
            bool isHolding = output.WrittenCount > 0 || (first.IsHolding && !late.IsIdle);
            TimeSpan? pause = isHolding ? FirstReplies.PauseAfter(commands) : null;
            if (!deadline.IsRunning)
            {
                return pause ?? Timeout.InfiniteTimeSpan;
            }
            TimeSpan left = deadline.Left; // Read once: it may run out between two looks at it.
            left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            return pause < left ? pause.Value : left;
        }
    }

    /// <summary>Nothing has come for so long. False when a line is late: the backend has been told, and the connection is to be closed.</summary>
    public bool Paused()
    {
        Answer();
        return IsInTime();
    }

    /// <summary>Writes the replies that wait.</summary>
    public void Answer()
    {
        if (late.IsIdle && output.WrittenCount == 0)
        {
            return;
        }
        first.End();
        if (late.IsIdle)
        {
            replies.Send(output.WrittenSpan);
        }
        else
        {
            late.Send(output.WrittenSpan);
        }
        output.ResetWrittenCount();
    }

    /// <summary>The backend will send nothing more; a line without its end is refused, since it may be half a line.</summary>
    public void Ended()
    {
        if (HasTail)
        {
            metrics.UnterminatedLine();
            tally.Count(Outcome.Fail(FailReason.BadRequest));
            tally.Report();
            output.Write(quiet ? default : Replies.Fail);
        }
        Answer();
    }

    public void Dispose()
    {
        if (claiming is not null)
        {
            _ = executor.AbandonAsync(claiming);
            claiming = null;
        }
        length = 0;
        Rest();
        rate?.Dispose();
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
        int before = commands;
        bool open = true;
        try
        {
            LineStatus status = LineStatus.Line;
            ReadOnlySpan<byte> unread = rest;
            while (
                open
                && Obstacle is null
                && (status = splitter.TryRead(ref rest, out ReadOnlySpan<byte> line))
                    == LineStatus.Line
            )
            {
                open = TryHandle(line);
                // A line that had to wait is read again when its time has come.
                rest = claiming is null ? rest : unread;
                unread = rest;
            }
            if (status == LineStatus.TooLong)
            {
                metrics.Limited(Limit.TextLineBytes);
                tally.Count(Outcome.Fail(FailReason.BadRequest));
            }
            // Before the replies: a backend that has them finds its commands counted.
            tally.Report();
            flushes.Report(metrics);
            if (status == LineStatus.TooLong)
            {
                output.Write(quiet ? default : Replies.Fail);
                open = false;
            }
            if (!open || !first.MayHold(output.WrittenCount))
            {
                Answer();
            }
        }
        finally
        {
            HasDelivered = !flushes.IsEmpty;
            flushes.Flush();
        }
        rest.CopyTo(buffer);
        length = rest.Length;
        Time(hadLines: commands != before);
        return open;
    }

    /// <summary>False when the backend may not push and the connection is to be closed.</summary>
    private bool TryHandle(ReadOnlySpan<byte> line)
    {
        commands++;
        bool understood = CommandParser.TryParse(line, command);
        if (!entry.IsOpen || command.Kind == CommandKind.Auth)
        {
            return TryEnter(understood);
        }
        if (!understood)
        {
            Reply(Outcome.Fail(FailReason.BadRequest));
        }
        else if (claiming is null && rate is not null && !IsInRate())
        {
            Reply(Outcome.Fail(FailReason.Overloaded));
        }
        else if (TryClaim(out Claim claim))
        {
            Reply(executor.Execute(command, line, flushes, claim));
        }
        return true;
    }

    /// <summary>False when the command has an id, and it is not known yet whether it was executed before.</summary>
    private bool TryClaim(out Claim claim)
    {
        claim = default;
        if (command.Id is null)
        {
            return true;
        }
        if (claiming is null)
        {
            ValueTask<Claim> asked = executor.ClaimAsync(command);
            if (asked.IsCompletedSuccessfully)
            {
                claim = asked.Result;
                return true;
            }
            Obstacle = claiming = asked.AsTask();
            commands--; // It comes again.
            return false;
        }
        claim = claiming.GetAwaiter().GetResult(); // Over: the obstacle was.
        claiming = null;
        return true;
    }

    private void Reply(ValueTask<Outcome> deciding)
    {
        if (deciding.IsCompletedSuccessfully)
        {
            Reply(deciding.Result);
            return;
        }
        Task<Outcome> task = deciding.AsTask();
        late.Add(output.WrittenSpan, task, quiet ? null : ReplyForm.Of(command));
        output.ResetWrittenCount();
        if (command.Kind == CommandKind.Join)
        {
            Obstacle = task; // Until it is over, a message to the group might miss those who join.
        }
        else if (late.Count >= MaxLateReplies)
        {
            Answer();
            Obstacle = late.WhenAtMostAsync(MaxLateReplies / 2);
        }
    }

    private void Reply(Outcome outcome)
    {
        tally.Count(outcome);
        if (!quiet)
        {
            Replies.Write(command, outcome, output);
        }
        quiet |= outcome.Ok && command.Kind == CommandKind.Quiet;
    }

    private bool TryEnter(bool understood)
    {
        if (!understood && entry.IsOpen)
        {
            Reply(Outcome.Fail(FailReason.BadRequest));
            return true;
        }
        bool presents = understood && command.Kind == CommandKind.Auth;
        if (presents && entry.TryPresent(command.Secret!))
        {
            splitter = new LineSplitter(options.MaxLineBytes);
            Reply(Outcome.Success());
            return true;
        }
        if (!presents)
        {
            entry.Missed();
        }
        Reply(Outcome.Fail(FailReason.Unauthorized));
        return false;
    }

    private bool IsInRate()
    {
        bool allowed = rate!.Allows();
        if (!allowed)
        {
            metrics.Limited(Limit.TextCommandRate);
        }
        return allowed;
    }

    /// <summary>Times the line that is unfinished now, from its first byte.</summary>
    private void Time(bool hadLines)
    {
        if (!entry.IsOpen)
        {
            return; // Timed from the connect on.
        }
        if (length == 0)
        {
            deadline.Stop();
        }
        else if (hadLines || !deadline.IsRunning)
        {
            deadline.Start();
        }
    }

    private bool IsInTime()
    {
        if (!deadline.IsRunning || deadline.Left > TimeSpan.Zero)
        {
            return true;
        }
        metrics.Limited(Limit.TextLineTime);
        tally.Count(Outcome.Fail(FailReason.BadRequest));
        tally.Report();
        output.Write(quiet ? default : Replies.Fail);
        Answer();
        return false;
    }
}
