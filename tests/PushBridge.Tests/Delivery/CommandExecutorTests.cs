using System.Text;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Delivery;

public sealed class CommandExecutorTests
{
    private readonly ClientServices services = Fakes.Services(queue: queue =>
        queue.MaxBytes = 4096
    );
    private readonly FlushList flushes = new();

    [Fact]
    public void Execute_Push_ReachesEveryConnectionOfTheUid()
    {
        FakeConnection first = new(services, "1", "a");
        FakeConnection second = new(services, "2", "a");
        FakeConnection other = new(services, "3", "b");

        Execute("""{"uid":"a","n":1}""").Should().Be(Outcome.Success(2));

        first.Written.Should().Equal("""{"uid":"a","n":1}""");
        second.Written.Should().Equal(first.Written);
        other.Written.Should().BeEmpty();
    }

    [Fact]
    public void Execute_Push_ToNobody_IsOffline()
    {
        _ = new FakeConnection(services, "1");

        Execute("""{"uid":"a"}""").Should().Be(Outcome.Fail(FailReason.Offline));
    }

    [Fact]
    public void Execute_Push_SeveralUids_ReachesEachConnectionOnce()
    {
        FakeConnection a = new(services, "1", "a");
        FakeConnection b = new(services, "2", "b");

        Execute("""{"uid":["a","b","a","nobody"]}""").Should().Be(Outcome.Success(2));

        a.Written.Should().HaveCount(1);
        b.Written.Should().HaveCount(1);
    }

    [Fact]
    public void Execute_Push_ToAStuckClient_CutsItAndSaysSo()
    {
        FakeConnection stuck = new(services, "1", "a") { IsStuck = true };
        FakeConnection healthy = new(services, "2", "b");
        string line = $$"""{"uid":["a","b"],"x":"{{new string('x', 1000)}}"}""";

        int accepted = 0;
        while (Execute(line).Connections == 2)
        {
            accepted++.Should().BeLessThan(100, "a client that never reads must be cut");
        }

        stuck.ClosedWith.Should().Be(CloseReason.SlowConsumer);
        healthy.Written.Should().HaveCount(accepted + 1);
        Execute("""{"uid":"a"}""").Should().Be(Outcome.Fail(FailReason.Offline));
    }

    [Fact]
    public void Execute_Push_ThatNobodyCanTake_IsOverloadedAndFromThenOnOffline()
    {
        FakeConnection stuck = new(services, "1", "a") { IsStuck = true };
        string line = $$"""{"uid":"a","x":"{{new string('x', 1000)}}"}""";

        Outcome outcome;
        int accepted = 0;
        while ((outcome = Execute(line)).Ok)
        {
            accepted++.Should().BeLessThan(100, "a client that never reads must be cut");
        }

        outcome.Should().Be(Outcome.Fail(FailReason.Overloaded));
        stuck.ClosedWith.Should().Be(CloseReason.SlowConsumer);
        Execute(line).Should().Be(Outcome.Fail(FailReason.Offline), "it is on its way out");
    }

    [Fact]
    public void Execute_Broadcast_ReachesThoseWhoSaidWhoTheyAre_ButTheExcepted()
    {
        FakeConnection a = new(services, "1", "a");
        FakeConnection b = new(services, "2", "b");
        FakeConnection unknown = new(services, "3");

        Execute("""{"$cmd":"broadcast","data":{"x": 1},"except":"b"}""")
            .Should()
            .Be(Outcome.Success(1));

        a.Written.Should().Equal("""{"x": 1}""");
        b.Written.Concat(unknown.Written).Should().BeEmpty();
    }

    [Fact]
    public void Execute_Broadcast_ToNobody_IsOk() =>
        Execute("""{"$cmd":"broadcast","data":1}""").Ok.Should().BeTrue();

    [Fact]
    public void Execute_Groups_ReachEachMemberOnce()
    {
        FakeConnection a = new(services, "1", "a");
        FakeConnection b = new(services, "2", "b");
        Execute("""{"$cmd":"join","uid":["a","b"],"group":"g"}""").Should().Be(Outcome.Success(2));
        Execute("""{"$cmd":"join","uid":"a","group":"h"}""").Should().Be(Outcome.Success(1));
        _ = new FakeConnection(services, "3", "a");

        Execute("""{"$cmd":"group","group":["g","h"],"data":1}""").Should().Be(Outcome.Success(2));
        Execute("""{"$cmd":"group","group":"g","data":2,"except":"a"}""")
            .Connections.Should()
            .Be(1);
        Execute("""{"$cmd":"leave","uid":"a","group":"g"}""").Should().Be(Outcome.Success(1));
        Execute("""{"$cmd":"leave","uid":"a","group":"g"}""").Ok.Should().BeFalse();
        Execute("""{"$cmd":"group","group":"nobody","data":1}""")
            .Reason.Should()
            .Be(FailReason.Offline);

        a.Written.Should().Equal("1");
        b.Written.Should().Equal("1", "2");
    }

    [Fact]
    public void Execute_Count_CountsConnectionsAndUids()
    {
        _ = new FakeConnection(services, "1", "a");
        _ = new FakeConnection(services, "2", "a");
        _ = new FakeConnection(services, "3", "b");
        Execute("""{"$cmd":"join","uid":"a","group":"g"}""");

        Execute("""{"$cmd":"count"}""").Should().Be(new Outcome(FailReason.None, 3, 2));
        Execute("""{"$cmd":"count","group":"g"}""").Should().Be(new Outcome(FailReason.None, 2, 1));
        Execute("""{"$cmd":"count","group":"h"}""").Should().Be(new Outcome(FailReason.None, 0, 0));
    }

    [Fact]
    public void Execute_Online_CountsPerUid()
    {
        _ = new FakeConnection(services, "1", "a");

        Execute("""{"$cmd":"online","uid":["a","b"]}""")
            .Online.Should()
            .Equal(new UidPresence("a", 1), new UidPresence("b", 0));
    }

    [Fact]
    public void Execute_AUidNamedTwice_CountsOnce()
    {
        _ = new FakeConnection(services, "1", "a");

        Execute("""{"$cmd":"join","uid":["a","a"],"group":"g"}""").Connections.Should().Be(1);
        Execute("""{"$cmd":"leave","uid":["a","a"],"group":"g"}""").Connections.Should().Be(1);
        Execute("""{"$cmd":"kick","uid":["a","a"]}""").Connections.Should().Be(1);
    }

    [Fact]
    public void Execute_Kick_ClosesEveryConnectionOfTheUid()
    {
        FakeConnection a = new(services, "1", "a");
        FakeConnection b = new(services, "2", "b");

        Execute("""{"$cmd":"kick","uid":"a"}""").Should().Be(Outcome.Success(1));
        Execute("""{"$cmd":"kick","uid":"nobody"}""").Ok.Should().BeFalse();

        a.ClosedWith.Should().Be(CloseReason.Kicked);
        b.ClosedWith.Should().BeNull();
    }

    private Outcome Execute(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        Command command = new();
        CommandParser.TryParse(bytes, command).Should().BeTrue("the test's own line is a command");
        CommandExecutor executor = Fakes.Executor(services);
        Outcome outcome = executor.Run(command, bytes, flushes);
        flushes.Flush();
        return outcome;
    }
}
