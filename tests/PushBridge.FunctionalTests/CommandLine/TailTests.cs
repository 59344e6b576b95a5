using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary><c>tail</c>: a client in the terminal.</summary>
public sealed class TailTests(OperatorServer operators) : IClassFixture<OperatorServer>
{
    private const string Plain = "exec \"$@\"";

    [Fact]
    public async Task It_prints_what_a_uid_receives_until_it_is_ended()
    {
        await using ServerProcess tail = Launch("tail-1");
        await operators.Server.WaitForUidAsync("tail-1");

        await operators.AskAsync("push", "tail-1", """{"percent": "88%"}""");
        await WaitForAsync(tail, () => tail.Output.Contains("88%"));
        await tail.TerminateAsync();

        (await tail.ExitCodeAsync()).Should().Be(0);
        tail.Output.Trim().Should().Be("""{"percent": "88%"}""");
        tail.Errors.Should().StartWith("tail-1: connected");
    }

    [Fact]
    public async Task A_token_that_is_not_good_ends_it()
    {
        var (code, output, errors) = await ServerProcess.RunAsync([
            "tail",
            "uid1",
            "--server",
            operators.Clients,
            "--token",
            TestTokens.Sign(
                $$"""{"sub":"uid1","exp":{{TestTokens.In(60)}}}""",
                new string('x', 32)
            ),
        ]);

        (code, output).Should().Be((1, ""));
        errors.Should().Contain("4401").And.Contain("--config").And.Contain("--token");
    }

    [Fact]
    public async Task A_token_may_be_given_and_a_number_of_messages()
    {
        await using ServerProcess tail = ServerProcess.LaunchInShell(
            Plain,
            [
                "tail",
                "given",
                "-n",
                "1",
                "--server",
                operators.Clients,
                "--token",
                TestTokens.For("tail-2"),
            ]
        );
        await operators.Server.WaitForUidAsync("tail-2");

        await operators.AskAsync("push", "tail-2", "1");

        (await tail.ExitCodeAsync()).Should().Be(0);
        tail.Output.Trim().Should().Be("1");
    }

    [Fact]
    public async Task Without_a_server_it_says_so_and_without_a_key_it_wants_a_token()
    {
        var (code, _, errors) = await ServerProcess.RunAsync([
            "tail",
            "uid1",
            "--server",
            "ws://127.0.0.1:1",
        ]);
        code.Should().Be(3);
        errors.Should().Contain("http://127.0.0.1:1");

        (code, _, errors) = await ServerProcess.RunAsync(
            ["tail", "uid1", "--server", operators.Clients],
            [("PushBridge__Clients__Authentication__Mode", "token")]
        );
        code.Should().Be(78);
        errors.Should().Contain("--token");
    }

    [Fact]
    public async Task It_comes_back_when_the_server_does()
    {
        PushBridgeServer first = await PushBridgeServer.StartAsync();
        string address = first.Clients.ToString();
        await using ServerProcess tail = ServerProcess.LaunchInShell(
            Plain,
            ["tail", "tail-3", "-n", "1", "--server", $"ws://{address}"]
        );
        await first.WaitForUidAsync("tail-3");
        await first.DisposeAsync();

        await using PushBridgeServer second = await PushBridgeServer.StartAsync(
            $"Clients:Listen={address}"
        );
        await second.WaitForUidAsync("tail-3");
        await using TextBackend backend = await TextBackend.ConnectAsync(second.Text);
        (await backend.AskAsync("""{"uid":"tail-3"}""")).Should().Be("ok");

        (await tail.ExitCodeAsync()).Should().Be(0);
        tail.Output.Trim().Should().Be("""{"uid":"tail-3"}""");
        tail.Errors.Should().Contain("1001");
    }

    [Fact]
    public async Task Half_a_message_of_a_lost_connection_is_no_part_of_the_next_one_s()
    {
        using ScriptedClientsPort port = new();
        await using ServerProcess tail = ServerProcess.LaunchInShell(
            Plain,
            ["tail", "uid1", "-n", "1", "--server", port.Address]
        );

        await port.AnswerAsync(
            WebSocketPeerFrame.TextFrame(""),
            WebSocketPeerFrame.TextFrame("{\"half\":").Unfinished
        );
        await port.AnswerAsync(
            WebSocketPeerFrame.TextFrame(""),
            WebSocketPeerFrame.TextFrame("{\"whole\":1}")
        );

        (await tail.ExitCodeAsync()).Should().Be(0);
        tail.Output.Trim().Should().Be("{\"whole\":1}");
        tail.Errors.Should().MatchRegex("(?s)uid1: connected.*uid1: connected");
    }

    [Fact]
    public async Task A_server_that_takes_nobody_for_now_is_asked_again()
    {
        using ScriptedClientsPort port = new();
        await using ServerProcess tail = ServerProcess.LaunchInShell(
            Plain,
            ["tail", "uid1", "-n", "1", "--server", port.Address]
        );

        await port.RefuseAsync("503 Service Unavailable");
        await port.AnswerAsync(WebSocketPeerFrame.TextFrame("1"));

        (await tail.ExitCodeAsync()).Should().Be(0);
        (tail.Output.Trim(), tail.Errors).Should().Be(("1", "uid1: refused with 503 for now"));
    }

    [Fact]
    public async Task It_ends_with_whoever_reads_it_and_takes_no_further_message()
    {
        await using ServerProcess tail = ServerProcess.LaunchInShell(
            "\"$@\" | head -n 1; exit ${PIPESTATUS[0]}",
            ["tail", "tail-4", "--server", operators.Clients],
            OperatorServer.Environment
        );
        await operators.Server.WaitForUidAsync("tail-4");

        await operators.AskAsync("push", "tail-4", "1");

        (await tail.ExitCodeAsync()).Should().Be(0);
        tail.Output.Trim().Should().Be("1");
        await operators.Server.WaitForUidAsync("tail-4", connections: 0);
    }

    [Fact]
    public async Task It_ends_without_a_message_when_nobody_reads_it()
    {
        await using ServerProcess tail = ServerProcess.LaunchInShell(
            "\"$@\" | read -t 0; exit ${PIPESTATUS[0]}",
            ["tail", "tail-5", "--server", operators.Clients],
            OperatorServer.Environment
        );

        (await tail.ExitCodeAsync()).Should().Be(0);
        tail.Output.Should().BeEmpty();
    }

    private ServerProcess Launch(string uid) =>
        ServerProcess.LaunchInShell(
            Plain,
            ["tail", uid, "--server", operators.Clients],
            OperatorServer.Environment
        );

    private static Task WaitForAsync(ServerProcess tail, Func<bool> condition) =>
        PushBridgeServer.EventuallyAsync(
            condition,
            $"output of the tail, which says {tail.Errors}"
        );
}
