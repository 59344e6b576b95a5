using System.Text;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Commands;

public sealed class AnsweredIdsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ClientServices services = Fakes.Services();
    private readonly FakeTime time = new();
    private readonly AnsweredIds ids;
    private readonly CommandExecutor executor;

    public AnsweredIdsTests()
    {
        ids = Fakes.Ids(time: time);
        executor = Fakes.Executor(services, ids);
    }

    [Fact]
    public void Execute_ARepeat_IsAnsweredAsTheFirstTimeAndNotDelivered()
    {
        FakeConnection a = new(services, "1", "a");
        Execute("""{"$cmd":"push","uid":"a","data":1,"id":"x"}""").Should().Be(Outcome.Success(1));
        _ = new FakeConnection(services, "2", "a");

        Execute("""{"$cmd":"push","uid":"a","data":2,"id":"x"}""").Should().Be(Outcome.Success(1));

        a.Written.Should().Equal("1");
    }

    [Fact]
    public void Execute_ARepeat_AfterFiveMinutes_IsExecuted()
    {
        FakeConnection a = new(services, "1", "a");
        const string push = """{"$cmd":"push","uid":"a","data":1,"id":"x"}""";
        Execute(push);
        time.Advance(AnsweredIds.Window - TimeSpan.FromTicks(1));
        Execute(push);
        a.Written.Should().HaveCount(1);

        time.Advance(TimeSpan.FromTicks(1));
        Execute(push);

        a.Written.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("""{"$cmd":"push","uid":"a","data":1,"id":"x"}""")]
    [InlineData("""{"$cmd":"broadcast","data":1,"id":"x"}""")]
    [InlineData("""{"$cmd":"kick","uid":"a","id":"x"}""")]
    [InlineData("""{"$cmd":"join","uid":"a","group":"g","id":"x"}""")]
    public void Execute_WhatHadNoEffect_IsTriedAgain(string line)
    {
        Execute(line).Connections.Should().Be(0);
        ids.Count.Should().Be(0);
        _ = new FakeConnection(services, "1", "a");

        Execute(line).Should().Be(Outcome.Success(1));
        ids.Count.Should().Be(1);
    }

    [Fact]
    public void Execute_TheSameId_WithAnotherTargetOrKind_IsAnotherCommand()
    {
        FakeConnection a = new(services, "1", "a");
        _ = new FakeConnection(services, "2", "b");
        string[] commands =
        [
            """{"$cmd":"join","uid":"a","group":"g","id":"x"}""",
            """{"$cmd":"join","uid":"a","group":"h","id":"x"}""",
            """{"$cmd":"join","uid":["a","b"],"group":"g","id":"x"}""",
            """{"$cmd":"push","uid":"a","data":1,"id":"x"}""",
            """{"$cmd":"push","uid":"a","data":2,"id":"y"}""",
            """{"$cmd":"push","uid":["a","b"],"data":3,"id":"x"}""",
            """{"$cmd":"broadcast","data":4,"id":"x"}""",
            """{"$cmd":"broadcast","data":5,"except":"b","id":"x"}""",
            """{"$cmd":"group","group":"g","data":6,"id":"x"}""",
            """{"$cmd":"group","group":["g","h"],"data":7,"id":"x"}""",
            """{"$cmd":"leave","uid":"a","group":"h","id":"x"}""",
        ];
        foreach (string line in commands.Concat(commands))
        {
            Execute(line).Ok.Should().BeTrue(line);
        }

        a.Written.Should().Equal("1", "2", "3", "4", "5", "6", "7");
        ids.Count.Should().Be(commands.Length);
    }

    [Fact]
    public void KeyOf_NamesThatOnlyLookAlikeWhenJoined_AreDifferent()
    {
        string[] commands =
        [
            """{"$cmd":"push","uid":["ab","c"],"data":1,"id":"x"}""",
            """{"$cmd":"push","uid":["a","bc"],"data":1,"id":"x"}""",
            """{"$cmd":"push","uid":["abc"],"data":1,"id":"x"}""",
            """{"$cmd":"push","uid":"bc","data":1,"id":"xa"}""",
            """{"$cmd":"broadcast","except":"abc","data":1,"id":"x"}""",
            """{"$cmd":"group","group":"abc","data":1,"id":"x"}""",
            """{"$cmd":"group","group":"ab","except":"c","data":1,"id":"x"}""",
        ];

        commands.Select(line => AnsweredIds.KeyOf(Parse(line))).Should().OnlyHaveUniqueItems();
        AnsweredIds
            .KeyOf(Parse("""{"$cmd":"push","id":"x","data":2,"uid":"\u0061bc"}"""))
            .Should()
            .Be(AnsweredIds.KeyOf(Parse(commands[2])), "it is the same command, written otherwise");
    }

    [Fact]
    public void Settle_BeyondTheCapacity_ForgetsTheOldest()
    {
        AnsweredIds few = Fakes.Ids(maxRemembered: 3, time);
        foreach (int key in Enumerable.Range(1, 5))
        {
            Answer answer = few.Claim((UInt128)key, out bool isFirst);
            isFirst.Should().BeTrue();
            few.Settle((UInt128)key, answer, Outcome.Success(key));
        }

        few.Count.Should().Be(3);
        Known(few.Claim(5, out bool five)).Should().Be(Outcome.Success(5));
        Known(few.Claim(3, out bool three)).Should().Be(Outcome.Success(3));
        few.Settle(2, few.Claim(2, out bool two), null);
        (five, three, two).Should().Be((false, false, true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Claim_WhileTheFirstIsRunning_WaitsForItsAnswer(bool ok)
    {
        Outcome decided = ok ? Outcome.Success(2) : Outcome.Fail(FailReason.Offline);
        Answer first = ids.Claim(1, out _);
        Task<Outcome?>[] repeats =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ =>
                {
                    Answer mine = ids.Claim(1, out bool isFirst);
                    isFirst.Should().BeFalse();
                    return mine.WaitAsync().AsTask();
                }),
        ];
        repeats.Should().OnlyContain(repeat => !repeat.IsCompleted);

        ids.Settle(1, first, decided);

        (await Task.WhenAll(repeats).WaitAsync(Deadline)).Should().AllBeEquivalentTo(decided);
        ids.Count.Should().Be(ok ? 1 : 0);
    }

    [Fact]
    public void Settle_WithoutAnOutcome_LeavesTheCommandToTheNext()
    {
        Answer broken = ids.Claim(1, out _);
        ids.Settle(1, broken, outcome: null);

        Known(broken).Should().BeNull();
        ids.Settle(1, ids.Claim(1, out bool isFirst), Outcome.Success(1));
        isFirst.Should().BeTrue();
    }

    [Fact]
    public async Task Execute_ByManyBackendsAtOnce_DeliversEachIdOnce()
    {
        const int commands = 2_000;
        FakeConnection a = new(services, "1", "a");
        using Barrier start = new(4);
        Outcome[][] outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            start.SignalAndWait(Deadline);
                            return Enumerable
                                .Range(0, commands)
                                .Select(n =>
                                    Execute(
                                        $$"""{"$cmd":"push","uid":"a","data":{{n}},"id":"{{n}}"}"""
                                    )
                                )
                                .ToArray();
                        },
                        TaskCreationOptions.LongRunning
                    )
                )
        );

        outcomes.SelectMany(all => all).Should().OnlyContain(o => o == Outcome.Success(1));
        a.Written.Should().HaveCount(commands).And.OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Execute_AnySequence_BehavesAsTheModel(int seed)
    {
        const int capacity = 8;
        Random random = new(seed);
        AnsweredIds small = Fakes.Ids(capacity, time);
        // The model: what is remembered, oldest first.
        List<(UInt128 Key, TimeSpan At, Outcome Outcome)> model = [];
        TimeSpan now = TimeSpan.Zero;
        for (int step = 0; step < 20_000; step++)
        {
            TimeSpan passed = TimeSpan.FromSeconds(random.Next(0, 60));
            time.Advance(passed);
            now += passed;
            model.RemoveAll(entry => now - entry.At >= AnsweredIds.Window);
            UInt128 key = (UInt128)random.Next(0, 20);
            Outcome would =
                random.Next(3) == 0
                    ? Outcome.Fail(FailReason.Offline)
                    : Outcome.Success(random.Next(0, 3));
            int known = model.FindIndex(entry => entry.Key == key);

            Answer answer = small.Claim(key, out bool isFirst);

            isFirst.Should().Be(known < 0, $"step {step}");
            if (!isFirst)
            {
                Known(answer).Should().Be(model[known].Outcome, $"step {step}");
                continue;
            }
            small.Settle(key, answer, would);
            if (would.Connections > 0)
            {
                model.Add((key, now, would));
                model.RemoveRange(0, Math.Max(0, model.Count - capacity));
            }
            small.Count.Should().Be(model.Count);
        }
    }

    [Fact]
    public void Execute_WithoutAnId_AllocatesAndRemembersNothing()
    {
        byte[] line = Encoding.UTF8.GetBytes("""{"$cmd":"push","uid":"nobody","data":1}""");
        Command command = new();
        FlushList flushes = new();
        Run(line, command, flushes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            Run(line, command, flushes);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        ids.Count.Should().Be(0);
    }

    /// <summary>The answer, which must be there.</summary>
    private static Outcome? Known(Answer answer)
    {
        Task<Outcome?> waiting = answer.WaitAsync().AsTask();
        waiting.IsCompleted.Should().BeTrue();
        return waiting.Result;
    }

    private void Run(byte[] line, Command command, FlushList flushes)
    {
        CommandParser.TryParse(line, command);
        executor.Run(command, line, flushes);
    }

    private Outcome Execute(string line)
    {
        FlushList flushes = new();
        Outcome outcome = executor.Run(Parse(line), Encoding.UTF8.GetBytes(line), flushes);
        flushes.Flush();
        return outcome;
    }

    private static Command Parse(string line)
    {
        Command command = new();
        CommandParser
            .TryParse(Encoding.UTF8.GetBytes(line), command)
            .Should()
            .BeTrue("the test's own line is a command");
        return command;
    }
}
