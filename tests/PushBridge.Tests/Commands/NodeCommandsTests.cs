using System.Text;
using Microsoft.Extensions.Options;
using PushBridge.Backplane;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Hosting.Options;
using PushBridge.Tests.Backplane;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Commands;

/// <summary>What becomes of a command when there are other nodes: uid "here" has a connection on this one, nobody else has.</summary>
public sealed class NodeCommandsTests
{
    private readonly ClientServices services = Fakes.Services();
    private readonly FakeBackplane others = new();
    private readonly CommandExecutor executor;
    private readonly FakeConnection here;

    public NodeCommandsTests()
    {
        executor = Fakes.Executor(services, backplane: others);
        here = new FakeConnection(services, "1", "here");
    }

    [Theory]
    [InlineData("""{"uid":"here"}""", "Uid here Nothing")]
    [InlineData("""{"uid":"there"}""", "Uid there Receivers")]
    [InlineData("""{"uid":["there","x","there"]}""", "Uid there Receivers", "Uid x Receivers")]
    [InlineData("""{"uid":["here","there"]}""", "Uid here Nothing", "Uid there Nothing")]
    [InlineData("""{"uid":["a","b","c","d","e"]}""", "Everybody  Answers")]
    [InlineData("""{"$cmd":"push","uid":"there","data":1,"ack":"node"}""", "Uid there Answers")]
    [InlineData("""{"$cmd":"push","uid":"here","data":1,"ack":"node"}""", "Uid here Answers")]
    [InlineData("""{"$cmd":"push","uid":"here","data":1,"reply":"json"}""", "Uid here Answers")]
    [InlineData("""{"$cmd":"group","group":"g","data":1}""", "Group g Receivers")]
    [InlineData("""{"$cmd":"group","group":["g","h"],"data":1}""", "Everybody  Answers")]
    [InlineData("""{"$cmd":"group","group":"g","data":1,"except":"x"}""", "Group g Answers")]
    [InlineData("""{"$cmd":"broadcast","data":1}""", "Everybody  Nothing")]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":"here"}""", "Everybody  Receivers")]
    [InlineData("""{"$cmd":"join","uid":"here","group":"g"}""", "Uid here Answers")]
    [InlineData("""{"$cmd":"leave","uid":"there","group":"g"}""", "Uid there Answers")]
    [InlineData("""{"$cmd":"kick","uid":"here"}""", "Uid here Nothing")]
    [InlineData("""{"$cmd":"kick","uid":"there"}""", "Uid there Answers")]
    [InlineData("""{"$cmd":"online","uid":"there"}""", "Uid there Answers")]
    [InlineData("""{"$cmd":"count"}""", "Everybody  Answers")]
    [InlineData("""{"$cmd":"push","uid":["a","b"],"data":1,"id":"i"}""", "Everybody  Answers")]
    [InlineData("""{"$cmd":"ping"}""")]
    public async Task Execute_AsksOthers_ForWhatIsMissing(string line, params string[] sent)
    {
        await ExecuteAsync(line);

        others
            .Sent.Select(one => $"{one.Topic.Kind} {one.Topic.Name} {one.Expect}")
            .Should()
            .Equal(sent);
    }

    [Theory]
    [InlineData("""{"uid":"there"}""", 0, 0, true, "offline")]
    [InlineData("""{"uid":"there"}""", 0, 0, false, "unavailable")]
    [InlineData("""{"uid":"there"}""", 2, 0, true, "ok 2")]
    [InlineData("""{"uid":"there"}""", 2, 0, false, "ok 2")]
    [InlineData("""{"uid":"here"}""", 0, 0, false, "ok 1")]
    [InlineData(
        """{"$cmd":"push","uid":"there","data":1,"reply":"json"}""",
        0,
        1,
        true,
        "overloaded"
    )]
    [InlineData(
        """{"$cmd":"push","uid":"there","data":1,"reply":"json"}""",
        0,
        1,
        false,
        "unavailable"
    )]
    [InlineData("""{"$cmd":"push","uid":"here","data":1,"reply":"json"}""", 2, 0, true, "ok 3")]
    [InlineData(
        """{"$cmd":"push","uid":"here","data":1,"reply":"json"}""",
        2,
        0,
        false,
        "ok 3 partial"
    )]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":"here"}""", 0, 0, true, "ok 0")]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":"here"}""", 0, 0, false, "unavailable")]
    [InlineData("""{"$cmd":"count"}""", 4, 0, false, "ok 5 partial")]
    [InlineData("""{"$cmd":"online","uid":"there"}""", 0, 0, false, "ok 0 partial")]
    public async Task Execute_PutsTogether_WhatAllSay(
        string line,
        int connections,
        int full,
        bool isComplete,
        string expected
    )
    {
        others.Reply = _ =>
            Task.FromResult(new NodesReply(new NodeReply(connections, full), isComplete));

        Outcome outcome = await ExecuteAsync(line);

        string said = outcome.Ok
            ? $"ok {outcome.Connections}{(outcome.IsPartial ? " partial" : "")}"
            : Replies.NameOf(outcome.Reason);
        said.Should().Be(expected);
    }

    [Fact]
    public async Task Execute_Online_AddsUpByUid()
    {
        others.Reply = topic =>
            Task.FromResult(
                new NodesReply(
                    new NodeReply(0, Online: [topic.Name == "here" ? 2 : 5]),
                    IsComplete: true
                )
            );

        Outcome outcome = await ExecuteAsync("""{"$cmd":"online","uid":["here","there","here"]}""");

        outcome
            .Online.Should()
            .Equal(
                new UidPresence("here", 3),
                new UidPresence("there", 5),
                new UidPresence("here", 1) // A uid asked about twice is answered once: the first counts.
            );
    }

    [Fact]
    public async Task Execute_Join_WaitsUntilOthersReachTheGroup()
    {
        TaskCompletionSource held = new();
        others.Held = held.Task;

        Task<Outcome> joining = ExecuteAsync("""{"$cmd":"join","uid":"here","group":"g"}""");

        joining.IsCompleted.Should().BeFalse();
        held.SetResult();
        (await joining).Should().Be(Outcome.Success(1));
    }

    [Fact]
    public async Task Execute_WithAnId_TellsTheOthersWhatCameOfIt()
    {
        await ExecuteAsync("""{"$cmd":"push","uid":"here","data":1,"id":"i"}""");
        await ExecuteAsync("""{"$cmd":"push","uid":"there","data":1,"id":"i"}""");

        others.Settled.Select(one => one.Connections).Should().Equal(1, null);
    }

    [Theory]
    [InlineData(nameof(SharedIdState.Answered), "ok 7", 0)]
    [InlineData(nameof(SharedIdState.Undecided), "unavailable", 0)]
    [InlineData(nameof(SharedIdState.Unreachable), "ok 1", 1)]
    public async Task Execute_WithAnIdThatOthersKnow_FollowsThemAndTellsWhatItDid(
        string state,
        string expected,
        int delivered
    )
    {
        others.Ids = Enum.Parse<SharedIdState>(state);

        Outcome outcome = await ExecuteAsync("""{"$cmd":"push","uid":"here","data":1,"id":"i"}""");

        (outcome.Ok ? $"ok {outcome.Connections}" : Replies.NameOf(outcome.Reason))
            .Should()
            .Be(expected);
        here.Written.Should().HaveCount(delivered);
        others
            .Settled.Select(one => one.Connections)
            .Should()
            .Equal(Enumerable.Repeat<int?>(1, delivered));
    }

    [Fact]
    public void TryHandle_TheSameIdTwice_DeliversOnce()
    {
        NodeCommands nodes = Fakes.Nodes(services, others);
        byte[] sent = Seal("""{"$cmd":"push","uid":"here","data":1}""", id: 5);
        FlushList flushes = new();

        nodes.TryHandle(sent, flushes, out ValueTask<NodeReply> first).Should().BeTrue();
        nodes.TryHandle(sent, flushes, out ValueTask<NodeReply> second).Should().BeTrue();
        flushes.Flush();

        first.Should().Be(new ValueTask<NodeReply>(new NodeReply(1)));
        second
            .Should()
            .Be(new ValueTask<NodeReply>(new NodeReply(1)), "it is told as the first time");
        here.Written.Should().Equal("1");
    }

    [Fact]
    public async Task TryHandle_AnIdThatIsBeingExecuted_WaitsForWhatItReaches()
    {
        DeliveredIds delivered = new(Options.Create(new IdOptions()), TimeProvider.System);
        NodeCommands nodes = Fakes.Nodes(services, others, delivered);
        byte[] sent = Seal("""{"$cmd":"push","uid":"here","data":1}""", id: 5);
        using SemaphoreSlim begun = new(0);
        using ManualResetEventSlim goesOn = new();
        Thread executing = new(() =>
        {
            lock (delivered.TurnOf(5))
            {
                begun.Release();
                goesOn.Wait();
                delivered.Add(5, 3);
            }
        });
        executing.Start();
        await begun.WaitAsync();

        Task<NodeReply> second = Task.Run(async () =>
        {
            nodes.TryHandle(sent, new FlushList(), out ValueTask<NodeReply> answer);
            return await answer;
        });

        (await Task.WhenAny(second, Task.Delay(100))).Should().NotBe(second);
        goesOn.Set();
        (await second.WaitAsync(TimeSpan.FromSeconds(10))).Connections.Should().Be(3);
        here.Written.Should().BeEmpty();
    }

    [Fact]
    public void TryHandle_WhatIsNoCommand_IsRefused()
    {
        NodeCommands nodes = Fakes.Nodes(services, others);
        byte[] sent = Seal("""{"$cmd":"push","uid":"here","data":1}""", id: null);

        for (int length = 0; length < sent.Length - 1; length++)
        {
            nodes.TryHandle(sent.AsSpan(0, length), new FlushList(), out _).Should().BeFalse();
        }

        here.Written.Should().BeEmpty();
    }

    private static byte[] Seal(string line, UInt128? id)
    {
        Command command = Parse(line);
        System.Buffers.ArrayBufferWriter<byte> output = new();
        NodeEnvelope.Write(
            command,
            ..,
            Encoding.UTF8.GetBytes(line).AsSpan()[command.Payload],
            id,
            output
        );
        return output.WrittenSpan.ToArray();
    }

    private async Task<Outcome> ExecuteAsync(string line) =>
        await executor.ExecuteAloneAsync(
            Parse(line),
            Encoding.UTF8.GetBytes(line),
            services.Metrics
        );

    private static Command Parse(string line)
    {
        Command command = new();
        CommandParser.TryParse(Encoding.UTF8.GetBytes(line), command).Should().BeTrue();
        return command;
    }
}
