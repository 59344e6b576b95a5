using PushBridge.Backplane;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>The one on Redis, and what it promises beyond the contract.</summary>
public sealed class RedisBackplaneTests(OneNode node) : BackplaneContract, IClassFixture<OneNode>
{
    internal override IBackplane Backplane => node.Backplane;

    internal override int Handled => (int)node.Server.Counter("pushbridge.backplane.received");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task An_id_that_another_node_has_executed_is_answered_as_there()
    {
        UInt128 id = (UInt128)Random.Shared.NextInt64();
        await using PushBridgeServer other = await node.StartAnotherAsync();
        IBackplane others = NodePair.BackplaneOf(other);

        (await Backplane.ClaimIdAsync(id)).Should().Be(SharedId.Mine);
        Backplane.SettleId(id, connections: 3);

        (await others.ClaimIdAsync(id)).Should().Be(new SharedId(SharedIdState.Answered, 3));
    }

    [Fact]
    public async Task An_id_that_another_node_is_executing_is_waited_for()
    {
        UInt128 id = (UInt128)Random.Shared.NextInt64();
        await using PushBridgeServer other = await node.StartAnotherAsync();
        IBackplane others = NodePair.BackplaneOf(other);
        (await Backplane.ClaimIdAsync(id)).Should().Be(SharedId.Mine);

        Task<SharedId> waiting = others.ClaimIdAsync(id).AsTask();
        (await others.ClaimIdAsync(id + 1)).Should().Be(SharedId.Mine, "that one waits for nobody");
        waiting.IsCompleted.Should().BeFalse();
        Backplane.SettleId(id, connections: 2);

        (await waiting.WaitAsync(Patience)).Should().Be(new SharedId(SharedIdState.Answered, 2));
    }

    [Fact]
    public async Task An_id_that_stays_undecided_says_so_in_time()
    {
        UInt128 id = (UInt128)Random.Shared.NextInt64();
        await using PushBridgeServer other = await node.StartAnotherAsync();
        (await Backplane.ClaimIdAsync(id)).Should().Be(SharedId.Mine);

        SharedId shared = await NodePair.BackplaneOf(other).ClaimIdAsync(id);

        shared.State.Should().Be(SharedIdState.Undecided);
    }

    [Fact]
    public async Task An_id_that_another_node_has_is_not_up_for_grabs_when_Redis_falls_silent()
    {
        const string reads =
            "EVAL \"return tonumber(string.match(redis.call('info', 'commandstats'), 'cmdstat_get:calls=(%d+)') or 0)\" 0";
        UInt128 id = (UInt128)Random.Shared.NextInt64();
        OneNode own = new();
        await own.InitializeAsync();
        try
        {
            await using PushBridgeServer other = await own.StartAnotherAsync();
            (await own.Backplane.ClaimIdAsync(id)).Should().Be(SharedId.Mine);

            Task<SharedId> waiting = NodePair.BackplaneOf(other).ClaimIdAsync(id).AsTask();
            while (await own.Redis.CommandAsync(reads) is ":0" or ":1")
            {
                // It reads again when it has heard that another has it.
            }
            own.Redis.Freeze();

            (await waiting.WaitAsync(Patience)).State.Should().Be(SharedIdState.Undecided);
        }
        finally
        {
            own.Redis.Thaw();
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_is_none_of_ours_is_counted_and_dropped()
    {
        long before = node.Server.Counter("pushbridge.backplane.foreign");

        (await node.Redis.CommandAsync("PUBLISH pushbridge:all {}"))
            .Should()
            .Be(":1", "the node listens there");

        await PushBridgeServer.EventuallyAsync(
            () => node.Server.Counter("pushbridge.backplane.foreign") == before + 1,
            "it is counted"
        );
        Its_state_is_one_in_which_pushes_are_certain();
    }

    [Fact]
    public async Task A_node_that_does_not_answer_makes_a_number_partial_and_nobody_unavailable()
    {
        using IDisposable silent = await node.Redis.SubscribeAsync("pushbridge:u:both");
        using IDisposable alone = await node.Redis.SubscribeAsync("pushbridge:u:there");
        await using RawClient client = await RawClient.JoinAsync(node.Server, "both");
        await using TextBackend backend = await TextBackend.ConnectAsync(node.Server.Text);

        string[] replies =
        [
            await backend.AskAsync("""{"$cmd":"push","uid":"both","data":1,"reply":"json"}"""),
            await backend.AskAsync("""{"$cmd":"push","uid":"both","data":2,"ack":"node"}"""),
            await backend.AskAsync("""{"$cmd":"online","uid":"both"}"""),
            await backend.AskAsync("""{"$cmd":"push","uid":"there","data":3}"""),
            await backend.AskAsync("""{"$cmd":"push","uid":"there","data":4,"ack":"node"}"""),
            await backend.AskAsync("""{"$cmd":"push","uid":"there","data":5,"reply":"json"}"""),
        ];

        replies
            .Should()
            .Equal(
                """{"ok":true,"connections":1,"partial":true}""",
                "ok",
                """{"ok":true,"online":{"both":1},"partial":true}""",
                "ok", // By Redis's word.
                "fail",
                """{"ok":false,"reason":"unavailable"}"""
            );
        (await client.NextAsync()).Should().Be("1");
        (await client.NextAsync()).Should().Be("2");
    }
}
