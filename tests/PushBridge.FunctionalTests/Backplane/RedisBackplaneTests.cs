using PushBridge.Backplane;
using PushBridge.FunctionalTests.Hosting;

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
}
