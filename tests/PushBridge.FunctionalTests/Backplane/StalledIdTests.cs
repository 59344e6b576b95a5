using PushBridge.Backplane;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>
/// A command with an id is executed once by all nodes together, also when somebody stands still in the midst of it: Redis, its answers, or a node.
/// </summary>
public sealed class StalledIdTests : IAsyncLifetime
{
    private const string Push = """{"$cmd":"push","uid":"a","data":1,"id":"i","reply":"json"}""";
    private static readonly UInt128 Id = 4711;

    private readonly OneNode one = new();
    private PushBridgeServer other = null!;

    private IBackplane Own => one.Backplane;

    private IBackplane Other => NodePair.BackplaneOf(other);

    public async ValueTask InitializeAsync()
    {
        await one.InitializeAsync();
        other = await one.StartAnotherAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await one.DisposeAsync();
    }

    [Fact]
    public async Task Who_has_heard_that_it_is_taken_does_not_execute_it_whatever_becomes_of_the_next_question()
    {
        (await Own.ClaimIdAsync(Id)).Should().Be(SharedId.Mine);
        Own.SettleId(Id, connections: 3);
        await one.Redis.CommandAsync("ACL SETUSER default -get");

        (await Other.ClaimIdAsync(Id)).State.Should().Be(SharedIdState.Undecided);
    }

    [Fact]
    public async Task What_was_executed_while_Redis_stood_still_is_known_when_it_goes_on()
    {
        await using TextBackend backend = await TextBackend.ConnectAsync(one.Server.Text);
        await using TextBackend others = await TextBackend.ConnectAsync(other.Text);
        RawClient before = await RawClient.JoinAsync(one.Server, "a");
        one.Redis.Freeze();

        string answer = await backend.AskAsync(Push);
        one.Redis.Thaw();

        answer.Should().Be("""{"ok":true,"connections":1,"partial":true}""");
        (await before.NextAsync()).Should().Be("1");
        await before.DisposeAsync();
        // The client is at the other node now, and so is the backend that does not know its answer.
        await using RawClient after = await RawClient.JoinAsync(other, "a");
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(4));
        while (await others.AskAsync(Push) is not """{"ok":true,"connections":1}""")
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
        await others.AskAsync("""{"uid":"a"}""");
        (await after.NextAsync()).Should().Be("""{"uid":"a"}""", "the repeat was not executed");
    }

    [Fact]
    public async Task What_was_executed_without_Redis_is_known_when_it_is_back()
    {
        await using TextBackend backend = await TextBackend.ConnectAsync(one.Server.Text);
        RawClient before = await RawClient.JoinAsync(one.Server, "a");
        await one.Redis.KillAsync();
        await PushBridgeServer.EventuallyAsync(
            () => Own.State == BackplaneState.Unreachable,
            "the connection is missed"
        );

        (await backend.AskAsync(Push))
            .Should()
            .Be("""{"ok":true,"connections":1,"partial":true}""");
        await one.Redis.StartAgainAsync();

        await PushBridgeServer.EventuallyAsync(
            () => Own.State == BackplaneState.Available && Other.State == BackplaneState.Available,
            "both are back"
        );
        await before.DisposeAsync();
        await using RawClient after = await RawClient.JoinAsync(other, "a");
        await using TextBackend others = await TextBackend.ConnectAsync(other.Text);
        (await others.AskAsync(Push)).Should().Be("""{"ok":true,"connections":1}""");
        await others.AskAsync("""{"uid":"a"}""");
        (await after.NextAsync()).Should().Be("""{"uid":"a"}""", "the repeat was not executed");
    }

    [Fact]
    public async Task A_node_that_goes_on_after_a_standstill_hears_Redis_before_it_executes_on_its_own()
    {
        // The clock that the node goes by ran while nothing did; three times, since a busy machine may keep Redis from answering at once.
        List<SharedIdState> states = [];
        while (states.Count < 3 && !states.Contains(SharedIdState.Answered))
        {
            UInt128 id = Id + (UInt128)states.Count;
            (await Own.ClaimIdAsync(id)).Should().Be(SharedId.Mine);
            Own.SettleId(id, connections: 3);
            await PushBridgeServer.EventuallyAsync(
                () => Other.State == BackplaneState.Available,
                "it is there"
            );
            one.Redis.Freeze();
            await Other.Send(Topic.OfUid("nobody"), "x"u8, Expect.Receivers);
            one.Redis.Thaw();
            states.Add((await Other.ClaimIdAsync(id)).State);
        }

        states.Should().Contain(SharedIdState.Answered);
    }

    [Fact]
    public async Task A_mark_that_a_claim_has_left_behind_keeps_no_repeat_from_the_same_node()
    {
        (await Own.ClaimIdAsync(Id)).Should().Be(SharedId.Mine);

        (await Own.ClaimIdAsync(Id)).Should().Be(SharedId.Mine, "nobody else here claims it");
        (await Other.ClaimIdAsync(Id)).State.Should().Be(SharedIdState.Undecided);
    }

    [Fact]
    public async Task A_failure_takes_back_nothing_but_its_own_mark()
    {
        (await Own.ClaimIdAsync(Id)).Should().Be(SharedId.Mine);
        await one.Redis.CommandAsync($"SET pushbridge:id:{Id:x32} 3"); // Another's, when this mark had expired.

        Own.SettleId(Id, connections: null);

        (await Own.ClaimIdAsync(Id)).Should().Be(new SharedId(SharedIdState.Answered, 3));
    }

    [Fact]
    public async Task A_mark_lasts_longer_than_the_execution_may_wait()
    {
        await using PushBridgeServer patient = await one.StartAnotherAsync(
            "Backplane:Timeout=00:00:08"
        );

        await NodePair.BackplaneOf(patient).ClaimIdAsync(Id);

        string left = await one.Redis.CommandAsync($"TTL pushbridge:id:{Id:x32}");
        int.Parse(left[1..]).Should().BeGreaterThan(24);
    }
}
