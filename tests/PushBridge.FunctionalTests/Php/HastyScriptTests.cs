using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary>
/// Scripts that write and leave. A script that leaves replies unread makes its own kernel reset the connection; what had
/// arrived by then must still be executed, and the two ways to avoid the reset must lose nothing.
/// </summary>
public sealed class HastyScriptTests
{
    private const int Lines = 1000;

    [Fact]
    public async Task Writing_and_closing_without_reading_loses_under_15_percent()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");

        await RunAsync(server, before: "", after: "");

        var arrived = await client.NextAsync(Lines * 85 / 100 + 1);
        arrived.Select(Number).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("")]
    [InlineData("echo fgets($client);")]
    public async Task After_quiet_nothing_is_lost(string readReply)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");

        var output = await RunAsync(
            server,
            before: """fwrite($client, '{"$cmd":"quiet"}' . "\n"); """ + readReply,
            after: ""
        );

        output.Should().Be(readReply.Length == 0 ? "" : "ok\n");
        await ExpectAllAsync(client);
    }

    [Fact]
    public async Task Half_closing_and_reading_to_the_end_loses_nothing()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");

        var output = await RunAsync(
            server,
            before: "",
            after: "stream_socket_shutdown($client, STREAM_SHUT_WR); echo stream_get_contents($client);"
        );

        output.Should().Be(string.Concat(Enumerable.Repeat("ok\n", Lines)));
        await ExpectAllAsync(client);
    }

    private static async Task<string> RunAsync(PushBridgeServer server, string before, string after)
    {
        var script = await PhpCli.RunAsync(
            $$"""
            <?php
            $client = stream_socket_client('tcp://{{server.Text}}', $errno, $errmsg, 1);
            {{before}}
            for ($n = 0; $n < {{Lines}}; $n++) {
                // The reset may come while this still writes: PHP then notes a broken pipe, which is not this test's matter.
                @fwrite($client, json_encode(array('uid' => 'uid1', 'n' => $n)) . "\n");
            }
            {{after}}
            """
        );
        script.ExitCode.Should().Be(0, script.Errors);
        return script.Output;
    }

    private static async Task ExpectAllAsync(RawClient client)
    {
        var arrived = await client.NextAsync(Lines);
        arrived
            .Should()
            .Equal(Enumerable.Range(0, Lines).Select(n => $$"""{"uid":"uid1","n":{{n}}}"""));
    }

    private static int Number(string message) =>
        System.Text.Json.JsonDocument.Parse(message).RootElement.GetProperty("n").GetInt32();
}
