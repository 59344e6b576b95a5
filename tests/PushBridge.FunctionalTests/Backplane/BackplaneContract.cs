using System.Text;
using PushBridge.Backplane;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>What every <see cref="IBackplane"/> promises to the node that uses it, while there is no other.</summary>
public abstract class BackplaneContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly byte[] Command = Encoding.UTF8.GetBytes("anything");

    private readonly Topic topic = Topic.OfUid(Guid.NewGuid().ToString());

    internal abstract IBackplane Backplane { get; }

    /// <summary>How often something came in that this node was to execute.</summary>
    internal abstract int Handled { get; }

    [Theory]
    [InlineData(nameof(Expect.Nothing))]
    [InlineData(nameof(Expect.Receivers))]
    [InlineData(nameof(Expect.Answers))]
    public async Task Nobody_else_gets_it_and_that_is_certain(string expect)
    {
        NodesReply reply = await SendAsync(Enum.Parse<Expect>(expect));

        reply.Should().Be(NodesReply.Nobody);
    }

    [Theory]
    [InlineData(nameof(Expect.Receivers))]
    [InlineData(nameof(Expect.Answers))]
    public async Task A_node_that_holds_the_topic_itself_is_nobody_else(string expect)
    {
        Backplane.Hold(topic, isHeld: true);
        await Backplane.WhenHeldAsync(topic).WaitAsync(Patience);

        (await SendAsync(Enum.Parse<Expect>(expect))).Should().Be(NodesReply.Nobody);

        Backplane.Hold(topic, isHeld: false);
        NodesReply whileDropped = await SendAsync(Enum.Parse<Expect>(expect));
        whileDropped.Sum.Should().Be(default(NodeReply), "it is not taken for somebody else");
        Handled.Should().Be(0, "nothing comes back to its sender");
    }

    [Fact]
    public async Task Everybody_is_nobody_too()
    {
        NodesReply reply = await Backplane
            .Send(Topic.Everybody, Command, Expect.Answers)
            .WaitAsync(Patience);

        reply.Should().Be(NodesReply.Nobody);
    }

    [Fact]
    public async Task Holding_and_dropping_many_times_ends_as_it_was_said_last()
    {
        for (int i = 0; i < 1_000; i++)
        {
            Backplane.Hold(topic, isHeld: true);
            Backplane.Hold(topic, isHeld: false);
        }
        Backplane.Hold(topic, isHeld: true);

        await Backplane.WhenHeldAsync(topic).WaitAsync(Patience);
        (await SendAsync(Expect.Answers)).Should().Be(NodesReply.Nobody);
        Backplane.Hold(topic, isHeld: false);
    }

    [Fact]
    public async Task An_id_is_claimed_and_without_effect_it_is_free_again()
    {
        UInt128 id = (UInt128)Random.Shared.NextInt64();

        (await Backplane.ClaimIdAsync(id)).Should().Be(SharedId.Mine);
        Backplane.SettleId(id, connections: null);

        (await Backplane.ClaimIdAsync(id)).Should().Be(SharedId.Mine);
    }

    [Fact]
    public void Its_state_is_one_in_which_pushes_are_certain() =>
        Backplane.State.Should().BeOneOf(BackplaneState.Alone, BackplaneState.Available);

    private Task<NodesReply> SendAsync(Expect expect) =>
        Backplane.Send(topic, Command, expect).WaitAsync(Patience);
}
