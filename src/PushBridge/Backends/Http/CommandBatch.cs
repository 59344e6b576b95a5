using System.Buffers;
using PushBridge.Commands;
using PushBridge.Connections;
using ReplyWriter = PushBridge.Commands.Replies;

namespace PushBridge.Backends.Http;

internal enum BatchStatus
{
    /// <summary>Every whole line was executed.</summary>
    NeedsMore,

    /// <summary>Lines are left, but the replies should leave first.</summary>
    RepliesFull,

    /// <summary>The batch broke a limit, its last reply says so, and nothing more is executed.</summary>
    Ended,
}

/// <summary>The lines of one <see cref="CommandStream"/> without their transport: bytes come in, commands are executed, replies wait to leave.</summary>
internal sealed class CommandBatch(
    CommandExecutor executor,
    ServerMetrics metrics,
    int maxLineBytes
)
{
    public const int MaxCommands = 1_000;

    private const int MaxReplyBytes = 64 * 1024;

    private readonly Command command = new();
    private readonly FlushList flushes = new();
    private readonly CommandTally tally = new(metrics, Door.Http);
    private long searched;
    private int commands;

    public ArrayBufferWriter<byte> Replies { get; } = new();

    /// <summary>Executes the whole lines at the beginning of <paramref name="rest"/> and takes them off it.</summary>
    /// <param name="rest">What has arrived and was not taken off before.</param>
    /// <param name="isLast">Whether nothing more comes, so that the last line needs no line end.</param>
    public BatchStatus Execute(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        try
        {
            while (TryTake(ref rest, isLast, out ReadOnlySequence<byte> line))
            {
                if (line.Length > maxLineBytes || ++commands > MaxCommands)
                {
                    Answer(Outcome.Fail(FailReason.BadRequest));
                    return BatchStatus.Ended;
                }
                Execute(line);
                if (Replies.WrittenCount >= MaxReplyBytes)
                {
                    return BatchStatus.RepliesFull;
                }
            }
            return BatchStatus.NeedsMore;
        }
        finally
        {
            tally.Report();
            flushes.Report(metrics);
            flushes.Flush();
        }
    }

    private bool TryTake(
        ref ReadOnlySequence<byte> rest,
        bool isLast,
        out ReadOnlySequence<byte> line
    )
    {
        // A long line that comes in many pieces is searched once, not once for each piece.
        if (rest.Slice(searched).PositionOf((byte)'\n') is { } end)
        {
            line = WithoutReturns(rest.Slice(0, end));
            rest = rest.Slice(rest.GetPosition(1, end));
            searched = 0;
            return true;
        }
        searched = rest.Length;
        line = rest;
        if (rest.IsEmpty || (!isLast && rest.Length <= maxLineBytes + 1L))
        {
            return false;
        }
        rest = rest.Slice(rest.End);
        searched = 0;
        return true;
    }

    private void Execute(ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment)
        {
            Execute(line.FirstSpan);
            return;
        }
        int length = (int)line.Length;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        line.CopyTo(copy);
        Execute(copy.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(copy);
    }

    private void Execute(ReadOnlySpan<byte> line) =>
        Answer(
            CommandParser.TryParse(line, command)
                ? executor.Execute(command, line, flushes)
                : Outcome.Fail(FailReason.BadRequest)
        );

    private void Answer(Outcome outcome)
    {
        tally.Count(outcome);
        command.ReplyAsJson = true;
        ReplyWriter.Write(command, outcome, Replies);
    }

    private static ReadOnlySequence<byte> WithoutReturns(ReadOnlySequence<byte> line)
    {
        while (!line.IsEmpty && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r')
        {
            line = line.Slice(0, line.Length - 1);
        }
        return line;
    }
}
