using PushBridge.Connections;
using PushBridge.Messages;

namespace PushBridge.Tests.Connections;

public sealed class OutboundQueueTests
{
    private readonly FakeWriter writer = new();

    [Fact]
    public void Put_Idle_AsksTheFirstCallerOnlyToFlush()
    {
        OutboundQueue queue = new(writer, 1000);

        queue.Put(Fakes.Text("1")).Should().Be(PutResult.AcceptedFlush);
        queue.Put(Fakes.Text("2")).Should().Be(PutResult.Accepted);
        writer.Taken.Should().BeEmpty("nothing is written before the flush");

        queue.Flush();
        writer.Taken.Should().Equal("1", "2");
        queue.Put(Fakes.Text("3")).Should().Be(PutResult.AcceptedFlush);
    }

    [Fact]
    public void Put_WhileAWriteIsInFlight_IsWrittenByThatWritesEnd()
    {
        OutboundQueue queue = new(writer, 1000);
        writer.Hold();
        queue.Put(Fakes.Text("1"));
        queue.Flush();

        queue.Put(Fakes.Text("2")).Should().Be(PutResult.Accepted);
        queue.Flush();
        writer.Taken.Should().Equal("1");

        writer.Release(written: true);
        writer.Taken.Should().Equal("1", "2");
    }

    [Fact]
    public void Put_OverTheLimitWhileAWriteIsInFlight_IsFull()
    {
        Message message = Fakes.Text("12345");
        OutboundQueue queue = new(writer, message.Size * 2);
        writer.Hold();
        queue.Put(Fakes.Text("0"));
        queue.Flush();

        queue.Put(message).Should().Be(PutResult.Accepted);
        queue.Put(message).Should().Be(PutResult.Accepted);
        queue.Put(message).Should().Be(PutResult.Full);
        queue.PendingBytes.Should().Be(message.Size * 2);
    }

    [Fact]
    public void Put_OverTheLimitBeforeTheFlush_IsAccepted()
    {
        OutboundQueue queue = new(writer, 100);

        for (int i = 0; i < 1000; i++)
        {
            queue
                .Put(Fakes.Text("x"))
                .Should()
                .NotBe(PutResult.Full, "one batch must not cut a client that keeps up");
        }
    }

    [Fact]
    public void Put_OneMessageLargerThanTheLimit_MayWait()
    {
        OutboundQueue queue = new(writer, 100);
        writer.Hold();
        queue.Put(Fakes.Text("1"));
        queue.Flush();

        queue.Put(Fakes.Text($"\"{new string('x', 1000)}\"")).Should().Be(PutResult.Accepted);
        queue.Put(Fakes.Text("2")).Should().Be(PutResult.Full);
    }

    [Fact]
    public void Close_PutsTheLastWordsBehindWhatWaits_AndRefusesTheRest()
    {
        OutboundQueue queue = new(writer, 1000);
        queue.Put(Fakes.Text("1"));

        queue.Close(Fakes.Text("bye")).Should().BeTrue();

        writer.Taken.Should().Equal("1", "bye");
        queue.Put(Fakes.Text("2")).Should().Be(PutResult.Closed);
        queue.Close(Fakes.Text("again")).Should().BeFalse();
    }

    [Fact]
    public void Close_Discarding_DropsWhatWaitsButNotTheLastWords()
    {
        OutboundQueue queue = new(writer, 1000);
        writer.Hold();
        queue.Put(Fakes.Text("1"));
        queue.Flush();
        queue.Put(Fakes.Text("2"));

        queue.Close(Fakes.Text("bye"), discard: true);
        writer.Release(written: true);

        writer.Taken.Should().Equal("1", "bye");
    }

    [Fact]
    public async Task WhenDrained_CompletesWhenTheLastWriteHasEnded()
    {
        OutboundQueue queue = new(writer, 1000);
        queue.WhenDrained().IsCompleted.Should().BeTrue("an idle queue is drained");
        writer.Hold();
        queue.Put(Fakes.Text("1"));
        queue.Flush();

        Task drained = queue.WhenDrained();
        drained.IsCompleted.Should().BeFalse();
        writer.Release(written: true);
        await drained.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Flush_WhenTheConnectionIsBroken_ForgetsEverything()
    {
        OutboundQueue queue = new(writer, 1000);
        writer.Hold();
        queue.Put(Fakes.Text("1"));
        queue.Flush();
        queue.Put(Fakes.Text("2"));

        writer.Release(written: false);

        writer.Taken.Should().Equal("1");
        queue.Put(Fakes.Text("3")).Should().Be(PutResult.Closed);
        queue.PendingBytes.Should().Be(0);
    }

    [Fact]
    public async Task Flush_WhenTheWriterThrows_IsABrokenConnection()
    {
        OutboundQueue queue = new(writer, 1000);
        writer.Hold();
        queue.Put(Fakes.Text("1"));
        queue.Flush();

        Task drained = queue.WhenDrained();
        writer.Fail(new IOException("gone"));

        await drained.WaitAsync(TimeSpan.FromSeconds(10));
        queue.IsClosed.Should().BeTrue();
    }

    [Fact]
    public void IsOlderThan_LooksAtTheOldestUnwrittenMessage()
    {
        OutboundQueue queue = new(writer, 1000);
        queue.IsOlderThan(long.MaxValue).Should().BeFalse("nothing waits");
        writer.Hold();
        queue.Put(Fakes.Text("1", now: 5));
        queue.Flush();
        queue.Put(Fakes.Text("2", now: 9));

        queue.IsOlderThan(6).Should().BeTrue("the first one is still being written");
        queue.IsOlderThan(5).Should().BeFalse();
    }

    [Fact]
    public async Task PutAndFlush_FromManyThreads_WritesEachOnceInEachCallersOrder()
    {
        const int callers = 4;
        const int each = 5_000;
        OutboundQueue queue = new(writer, int.MaxValue);

        await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(caller =>
                    Task.Run(() =>
                    {
                        for (int i = 0; i < each; i++)
                        {
                            if (
                                queue.Put(Fakes.Text($"{(caller * each) + i}"))
                                == PutResult.AcceptedFlush
                            )
                            {
                                queue.Flush();
                            }
                        }
                    })
                )
        );
        await queue.WhenDrained().WaitAsync(TimeSpan.FromSeconds(10));

        int[] written = [.. writer.Taken.Select(int.Parse)];
        written.Should().HaveCount(callers * each).And.OnlyHaveUniqueItems();
        written
            .GroupBy(number => number / each)
            .Should()
            .OnlyContain(own => own.SequenceEqual(own.Order()));
    }

    [Fact]
    public void TakeFrames_GathersWholeFramesThatFit()
    {
        FrameTaker taker = new(scratchSize: 10);
        OutboundQueue queue = new(taker, 10_000);
        foreach (string payload in new[] { "123", "4567", "8", "\"larger than the scratch\"", "9" })
        {
            queue.Put(Fakes.Text(payload));
        }

        queue.Flush();

        taker.Sends.Should().Equal(5, 9, 27, 3);
    }

    [Fact]
    public void IsOlderThan_BetweenTheFlushAndTheWritersFirstLook_KnowsTheMessageThatWaits()
    {
        bool? judgedOld = null;
        LookingWriter looking = new(queue => judgedOld = queue.IsOlderThan(10_000));
        OutboundQueue queue = new(looking, 1000);
        queue.Put(Fakes.Text("1", now: 100));
        queue.Flush();

        queue.Put(Fakes.Text("2", now: 20_000));
        queue.Flush();

        judgedOld
            .Should()
            .BeFalse("a client that was idle and reads is not slow, whatever moment is looked at");
    }

    [Fact]
    public async Task WhenDrained_ASecondTime_WaitsForWhatCameSince()
    {
        OutboundQueue queue = new(writer, 1000);
        writer.Hold();
        queue.Put(Fakes.Text("1"));
        queue.Flush();
        Task first = queue.WhenDrained();
        writer.Release(written: true);
        await first.WaitAsync(TimeSpan.FromSeconds(10));

        writer.Hold();
        queue.Put(Fakes.Text("2"));
        queue.Flush();
        Task second = queue.WhenDrained();

        second.IsCompleted.Should().BeFalse("a write is in flight");
        writer.Release(written: true);
        await second.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private sealed class LookingWriter(Action<OutboundQueue> look) : IOutboundWriter
    {
        public ValueTask<bool> WriteAsync(OutboundQueue queue)
        {
            look(queue);
            queue.TryTake(out _);
            return new ValueTask<bool>(true);
        }
    }

    private sealed class FakeWriter : IOutboundWriter
    {
        private TaskCompletionSource<bool>? held;

        public List<string> Taken { get; } = [];

        public void Hold() => held = new TaskCompletionSource<bool>();

        public void Release(bool written)
        {
            TaskCompletionSource<bool> release = held!;
            held = null;
            release.SetResult(written);
        }

        public void Fail(Exception exception) => held!.SetException(exception);

        public ValueTask<bool> WriteAsync(OutboundQueue queue)
        {
            if (queue.TryTake(out Message? message))
            {
                Taken.Add(System.Text.Encoding.UTF8.GetString(message.Payload.Span));
            }
            return held is null ? new ValueTask<bool>(true) : new ValueTask<bool>(held.Task);
        }
    }

    private sealed class FrameTaker(int scratchSize) : IOutboundWriter
    {
        public List<int> Sends { get; } = [];

        public ValueTask<bool> WriteAsync(OutboundQueue queue)
        {
            byte[] scratch = new byte[scratchSize];
            int length = queue.TakeFrames(scratch, out ReadOnlyMemory<byte> single);
            Sends.Add(length == 0 ? single.Length : length);
            return new ValueTask<bool>(true);
        }
    }
}
