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
    private readonly List<(ValueTask<Outcome> Deciding, ReplyForm Form)> late = [];
    private long searched;
    private int commands;

    public ArrayBufferWriter<byte> Replies { get; } = new();

    /// <summary>Executes the whole lines at the beginning of what has arrived.</summary>
    /// <param name="arrived">What has arrived and was not executed before.</param>
    /// <param name="isLast">Whether nothing more comes, so that the last line needs no line end.</param>
    /// <returns>How it went, and what is left.</returns>
    public async ValueTask<(BatchStatus Status, ReadOnlySequence<byte> Left)> ExecuteAsync(
        ReadOnlySequence<byte> arrived,
        bool isLast
    )
    {
        try
        {
            while (TryTake(ref arrived, isLast, out ReadOnlySequence<byte> line))
            {
                if (line.Length > maxLineBytes || ++commands > MaxCommands)
                {
                    await AnswerLateAsync();
                    Answer(Outcome.Fail(FailReason.BadRequest), ReplyForm.Of(command));
                    return (BatchStatus.Ended, arrived);
                }
                await ExecuteAsync(line);
                if (Replies.WrittenCount >= MaxReplyBytes)
                {
                    break;
                }
            }
            return (
                Replies.WrittenCount >= MaxReplyBytes
                    ? BatchStatus.RepliesFull
                    : BatchStatus.NeedsMore,
                arrived
            );
        }
        finally
        {
            Flush();
            await AnswerLateAsync();
            tally.Report();
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

    private async ValueTask ExecuteAsync(ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment)
        {
            await ExecuteAsync(line.First);
            return;
        }
        int length = (int)line.Length;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        line.CopyTo(copy);
        await ExecuteAsync(copy.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(copy);
    }

    private ValueTask ExecuteAsync(ReadOnlyMemory<byte> line)
    {
        bool understood = CommandParser.TryParse(line.Span, command);
        command.ReplyAsJson = true;
        if (!understood)
        {
            Reply(ValueTask.FromResult(Outcome.Fail(FailReason.BadRequest)));
            return ValueTask.CompletedTask;
        }
        ValueTask<Claim> claiming = executor.ClaimAsync(command);
        if (!claiming.IsCompletedSuccessfully)
        {
            return ExecuteAsync(line, claiming);
        }
        Reply(executor.Execute(command, line.Span, flushes, claiming.Result));
        return command.Kind == CommandKind.Join ? AnswerLateAsync() : ValueTask.CompletedTask;
    }

    /// <summary>Nothing else is executed while it is asked whether the command was executed before.</summary>
    private async ValueTask ExecuteAsync(ReadOnlyMemory<byte> line, ValueTask<Claim> claiming)
    {
        Flush();
        Claim claim = await claiming;
        Reply(executor.Execute(command, line.Span, flushes, claim));
        await AnswerLateAsync();
    }

    /// <summary>Replies that other nodes have a part in come later; those behind them wait for their turn.</summary>
    private void Reply(ValueTask<Outcome> deciding)
    {
        ReplyForm form = ReplyForm.Of(command);
        if (late.Count == 0 && deciding.IsCompletedSuccessfully)
        {
            Answer(deciding.Result, form);
        }
        else
        {
            late.Add((deciding, form));
        }
    }

    private ValueTask AnswerLateAsync() =>
        late.Count == 0 ? ValueTask.CompletedTask : AnswerAllAsync();

    private async ValueTask AnswerAllAsync()
    {
        Flush();
        foreach ((ValueTask<Outcome> deciding, ReplyForm form) in late)
        {
            Answer(await deciding, form);
        }
        late.Clear();
    }

    private void Flush()
    {
        flushes.Report(metrics);
        flushes.Flush();
    }

    private void Answer(Outcome outcome, ReplyForm form)
    {
        tally.Count(outcome);
        ReplyWriter.Write(form with { IsJson = true }, outcome, Replies);
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
