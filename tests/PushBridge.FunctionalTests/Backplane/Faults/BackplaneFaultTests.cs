namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>
/// What the nodes say stays true whatever happens around them: pushes go on during every fault, and afterwards the whole history is judged
/// by the <see cref="Checker"/>.
/// </summary>
public sealed class BackplaneFaultTests(FaultRuns runs) : IClassFixture<FaultRuns>
{
    [Fact]
    public Task Redis_that_stands_still_for_three_seconds_costs_no_truth() =>
        runs.JudgeAsync("redis stopped");

    [Fact]
    public Task Redis_that_is_killed_and_started_again_costs_no_truth() =>
        runs.JudgeAsync("redis killed");

    [Fact]
    public Task Connections_that_Redis_closes_are_made_again() => runs.JudgeAsync("links cut");

    [Fact]
    public Task A_command_with_an_id_does_not_arrive_twice_though_Redis_has_forgotten_it() =>
        runs.JudgeAsync("ids forgotten");

    [Fact]
    public Task A_network_that_takes_nothing_to_Redis_costs_no_truth() =>
        runs.JudgeAsync("network up");

    [Fact]
    public Task A_network_that_brings_nothing_from_Redis_costs_no_truth() =>
        runs.JudgeAsync("network down");

    [Fact]
    public Task A_slow_network_does_not_delay_an_answer_beyond_the_time_out() =>
        runs.JudgeAsync("network slow");

    [Fact]
    public Task A_node_that_Redis_cuts_because_it_does_not_keep_up_comes_back() =>
        runs.JudgeAsync("overflow");

    [Fact]
    public Task A_node_that_is_killed_leaves_no_ghost() => runs.JudgeAsync("node killed");

    [Fact]
    public Task A_node_that_stands_still_gives_no_word() => runs.JudgeAsync("node frozen");

    [Fact]
    public Task A_rolling_restart_loses_nothing_on_connections_that_stay() =>
        runs.JudgeAsync("rolling restart");

    [Fact]
    public Task A_node_that_finds_no_Redis_serves_its_own_clients_and_joins_later() =>
        runs.JudgeAsync("redis missing");
}
