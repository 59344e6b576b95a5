using PushBridge.Client;
using PushBridge.Client.Connections;

namespace PushBridge.Tests.Client;

public sealed class CommandQueueTests
{
    private const int LineBytes = 10;

    private readonly PendingCommandPool pool = new(capacity: 4);
    private readonly CommandQueue queue = new(
        maxUnanswered: 3,
        maxUnansweredBytes: 35,
        maxAttempts: 2
    );
    private readonly IOException lost = new("lost");

    [Fact]
    public void Take_ManyWaiting_StopsAtTheBoundAndGoesOnAfterAnAnswer()
    {
        PendingCommand[] commands = [Add(), Add(), Add(), Add()];

        Write().Should().Equal(commands[..3]);
        Write().Should().BeEmpty();

        queue.Answered(out bool roomMade).Should().BeSameAs(commands[0]);
        roomMade.Should().BeTrue("a writer that found no room must be woken");
        Write().Should().Equal(commands[3]);
        queue.Answered(out roomMade).Should().BeSameAs(commands[1]);
        roomMade.Should().BeFalse();
    }

    [Fact]
    public void Take_BytesAtTheBound_WaitsButNeverForever()
    {
        PendingCommand small = Add();
        PendingCommand large = Add(bytes: 100);

        Write().Should().Equal(small);
        Write().Should().BeEmpty();
        queue.Answered(out _);

        Write().Should().Equal([large], "one command always goes");
    }

    [Fact]
    public void Take_BatchBytes_AreRespected()
    {
        PendingCommand[] commands = [Add(), Add()];

        Write(batchBytes: 15).Should().Equal(commands[0]);
        Write(batchBytes: 5).Should().Equal(commands[1]);
    }

    [Fact]
    public async Task Take_CancelledWhileWaiting_IsNeverWritten()
    {
        using CancellationTokenSource cancellation = new();
        PendingCommand cancelled = Add(token: cancellation.Token);
        PendingCommand kept = Add();
        ValueTask<PushResult> result = ResultOf(cancelled);

        await cancellation.CancelAsync();

        Write().Should().Equal(kept);
        await ((Func<Task>)(() => result.AsTask()))
            .Should()
            .ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task ConnectionLost_WrittenWithoutId_IsUnknownAndNotWrittenAgain()
    {
        PendingCommand written = Add();
        ValueTask<PushResult> result = ResultOf(written);
        Write();

        queue.ConnectionLost([], lost);

        (await result).Should().Be(new PushResult(PushReason.OutcomeUnknown, Error: lost));
        queue.HasWaiting.Should().BeFalse();
    }

    [Fact]
    public void ConnectionLost_Repeatable_GoesFirstInItsOrder()
    {
        PendingCommand first = Add(repeatable: true);
        PendingCommand second = Add(repeatable: true);
        Write();
        PendingCommand taken = Add();
        List<PendingCommand> untouched = Take();
        PendingCommand later = Add();

        queue.ConnectionLost(untouched, lost);

        Write().Should().Equal(first, second, taken);
        queue.Answered(out _);
        Write().Should().Equal(later);
    }

    [Fact]
    public async Task ConnectionLost_RepeatableAfterItsLastAttempt_IsUnknown()
    {
        PendingCommand command = Add(repeatable: true);
        ValueTask<PushResult> result = ResultOf(command);
        Write();
        queue.ConnectionLost([], lost);
        Write().Should().Equal(command);

        queue.ConnectionLost([], lost);

        (await result).Reason.Should().Be(PushReason.OutcomeUnknown);
        Write().Should().BeEmpty();
    }

    [Fact]
    public async Task GiveUp_ToldWhetherItWasEverWritten()
    {
        PendingCommand written = Add(repeatable: true);
        ValueTask<PushResult> writtenResult = ResultOf(written);
        Write();
        queue.ConnectionLost([], lost);
        ValueTask<PushResult> waitingResult = ResultOf(Add());

        queue.GiveUp(lost);

        (await writtenResult).Reason.Should().Be(PushReason.OutcomeUnknown);
        (await waitingResult).Should().Be(new PushResult(PushReason.NotSent, Error: lost));
    }

    [Fact]
    public void TryAdd_AfterClose_IsRefused()
    {
        queue.Close();

        queue.TryAdd(pool.Rent()).Should().BeFalse();
    }

    [Fact]
    public async Task Pool_AnsweredCommand_IsUsedAgainAndACancelledOneIsNot()
    {
        using CancellationTokenSource cancellation = new();
        PendingCommand answered = Add();
        ValueTask<PushResult> result = ResultOf(answered);
        answered.Complete(new(PushReason.None, 1));
        (await result).Delivered.Should().BeTrue();
        pool.Rent().Should().BeSameAs(answered);

        PendingCommand cancelled = Add(token: cancellation.Token);
        ValueTask<PushResult> cancelledResult = ResultOf(cancelled);
        await cancellation.CancelAsync();
        cancelled.Complete(new(PushReason.None, 1));

        await ((Func<Task>)(() => cancelledResult.AsTask()))
            .Should()
            .ThrowAsync<OperationCanceledException>();
        pool.Rent().Should().NotBeSameAs(cancelled);
    }

    private static ValueTask<PushResult> ResultOf(PendingCommand command) =>
        new(command, command.Version);

    private PendingCommand Add(
        bool repeatable = false,
        int bytes = LineBytes,
        CancellationToken token = default
    )
    {
        PendingCommand command = pool.Rent();
        command.IsRepeatable = repeatable;
        command.Line.Append(new byte[bytes]);
        command.CancelWith(token);
        queue.TryAdd(command).Should().BeTrue();
        return command;
    }

    private List<PendingCommand> Take(int batchBytes = 1000)
    {
        List<PendingCommand> batch = [];
        queue.Take(batch, batchBytes);
        return batch;
    }

    private PendingCommand[] Write(int batchBytes = 1000)
    {
        List<PendingCommand> batch = Take(batchBytes);
        PendingCommand[] written = [.. batch];
        queue.Written(batch, now: 1);
        return written;
    }
}
