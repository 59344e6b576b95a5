using System.Net;
using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.Hosting.Options;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>Commands that ask a running server: <c>status</c>, <c>connections</c>, <c>push</c> and <c>broadcast</c>.</summary>
public sealed class OperatorCommandTests(OperatorServer operators) : IClassFixture<OperatorServer>
{
    [Fact]
    public async Task Status_is_the_server_s_numbers_for_people_and_for_programs()
    {
        await using RawClient client = await operators.JoinAsync("status-1");
        IPEndPoint more = await operators.Server.OpenListenerAsync("more", ListenerProtocol.Text);

        var (code, output, errors) = await operators.AskAsync("status");
        (code, errors).Should().Be((0, ""));
        output
            .Should()
            .Contain("running")
            .And.Contain(operators.Http)
            .And.MatchRegex($@"more +text +tcp://{more} +0")
            .And.MatchRegex(@"raw connections +[1-9]");

        (code, output, errors) = await operators.AskAsync("status", "--json");
        (code, errors).Should().Be((0, ""));
        using JsonDocument status = JsonDocument.Parse(output);
        status.RootElement.GetProperty("running").GetBoolean().Should().BeTrue();
        status
            .RootElement.GetProperty("listeners")
            .EnumerateArray()
            .Select(listener => listener.GetProperty("name").GetString())
            .Should()
            .Equal("clients", "text", "http", "more");
        (string?, string?, string?) addresses = (
            status.RootElement.GetProperty("clients").GetString(),
            status.RootElement.GetProperty("text").GetString(),
            status.RootElement.GetProperty("http").GetString()
        );
        addresses
            .Should()
            .Be((operators.Clients, $"tcp://{operators.Server.Text}", operators.Http));
        status
            .RootElement.GetProperty("stats")
            .GetProperty("connections")
            .GetProperty("raw")
            .GetInt32()
            .Should()
            .BePositive();
    }

    [Fact]
    public async Task Without_the_secret_or_with_a_wrong_one_the_way_to_give_it_is_said()
    {
        var (code, output, errors) = await ServerProcess.RunAsync([
            "status",
            "--server",
            operators.Http,
        ]);
        (code, output).Should().Be((1, ""));
        errors.Should().Contain("PushBridge__Backends__Secrets__0");

        (code, output, errors) = await ServerProcess.RunAsync(
            ["push", "uid1", "1", "--server", operators.Http],
            [("PushBridge__Backends__Secrets__0", "another-secret-of-mine")]
        );
        (code, output).Should().Be((1, ""));
        errors.Should().Contain("does not take this secret");
    }

    [Fact]
    public async Task A_push_says_how_many_took_it()
    {
        await using RawClient client = await operators.JoinAsync("push-1");

        var (code, output, errors) = await operators.AskAsync(
            "push",
            "push-1",
            """{"a": [1, "ü"]}"""
        );

        (code, output, errors).Should().Be((0, "ok: 1 connection", ""));
        (await client.NextAsync()).Should().Be("""{"a": [1, "ü"]}""");
    }

    [Fact]
    public async Task A_push_from_standard_input_with_an_id_is_delivered_once()
    {
        await using RawClient client = await operators.JoinAsync("push-2");
        string[] arguments =
        [
            "push",
            "--server",
            operators.Http,
            "push-2",
            "-",
            "--id",
            "7",
            "--json",
        ];

        for (int time = 0; time < 2; time++)
        {
            await using ServerProcess push = ServerProcess.LaunchInShell(
                """printf '{"a":\n1}\n' | "$@" """,
                arguments,
                OperatorServer.Environment
            );
            (await push.ExitCodeAsync()).Should().Be(0);
            JsonDocument
                .Parse(push.Output)
                .RootElement.GetProperty("ok")
                .GetBoolean()
                .Should()
                .BeTrue();
        }
        await operators.AskAsync("push", "push-2", "2");

        (await client.NextAsync(2)).Should().Equal("""{"a": 1}""", "2");
    }

    [Theory]
    [InlineData("not connected (offline)", "nobody", "1")]
    [InlineData("bad_request", "", "1")]
    [InlineData("not JSON in line 1, byte 1: ", "uid1", "hello")]
    [InlineData("not JSON in line 2, byte 3: ", "uid1", "[\n1 2]")]
    [InlineData("not JSON", "uid1", "1,\"uid\":\"uid2\"")]
    public async Task A_push_that_fails_says_why(string reason, string uid, string json)
    {
        var (code, output, errors) = await operators.AskAsync("push", uid, json);

        (code, output).Should().Be((1, ""));
        errors.Split('\n').Should().ContainSingle().Which.Should().Contain(reason);
    }

    [Theory]
    [InlineData("hello", true)]
    [InlineData("", true)]
    [InlineData("{percent:88}", false)]
    [InlineData(" [hello]", false)]
    public async Task Quotes_are_only_recommended_for_what_may_be_text(string json, bool isText)
    {
        var (code, _, errors) = await operators.AskAsync("push", "uid1", json);

        code.Should().Be(1);
        errors.Should().NotContain("LineNumber").And.NotContain("BytePosition");
        errors.Contains("'\"hello\"'").Should().Be(isText);
    }

    [Fact]
    public async Task A_broadcast_reaches_everybody_but_who_is_excepted()
    {
        await using RawClient one = await operators.JoinAsync("broadcast-1");
        await using RawClient two = await operators.JoinAsync("broadcast-2");

        var (code, output, errors) = await operators.AskAsync(
            "broadcast",
            "\"b\"",
            "--except",
            "broadcast-2",
            "--json"
        );
        (code, errors).Should().Be((0, ""));
        JsonDocument.Parse(output).RootElement.GetProperty("ok").GetBoolean().Should().BeTrue();
        (code, _, _) = await operators.AskAsync("broadcast", "\"all\"");

        code.Should().Be(0);
        (await one.NextAsync(2)).Should().Equal("\"b\"", "\"all\"");
        (await two.NextAsync()).Should().Be("\"all\"");
    }

    [Fact]
    public async Task Where_nobody_is_connected_that_is_said_and_to_programs_by_an_empty_list()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        string[] connections = ["connections", "--server", server.HttpUrl.ToString()];

        var (code, _, errors) = await ServerProcess.RunAsync(connections);
        (code, errors).Should().Be((0, "Nobody is connected."));

        (code, _, errors) = await ServerProcess.RunAsync([.. connections, "user-"]);
        (code, errors).Should().Be((0, "Nobody is connected whose uid begins with user-."));

        (code, string output, errors) = await ServerProcess.RunAsync([.. connections, "--json"]);
        (code, errors).Should().Be((0, ""));
        output.Should().Contain("\"connections\":[]");
    }

    [Fact]
    public async Task Connections_are_listed_by_uid()
    {
        await using RawClient one = await operators.JoinAsync("list-ü/1");
        await using RawClient two = await operators.JoinAsync("list-2");

        var (code, output, errors) = await operators.AskAsync("connections", "list-", "--json");
        (code, errors).Should().Be((0, ""));
        using JsonDocument list = JsonDocument.Parse(output);
        list.RootElement.GetProperty("connections")
            .EnumerateArray()
            .Select(row =>
                (row.GetProperty("uid").GetString(), row.GetProperty("kind").GetString())
            )
            .Should()
            .Equal(("list-2", "raw"), ("list-ü/1", "raw"));
        list.RootElement.GetProperty("partial").GetBoolean().Should().BeFalse();

        (code, output, errors) = await operators.AskAsync("connections", "list-", "--limit", "1");
        code.Should().Be(0);
        output.Split('\n').Should().HaveCount(2).And.Contain(line => line.StartsWith("list-2 "));
        errors.Should().Contain("more");

        (code, _, errors) = await operators.AskAsync("connections", "--limit", "501");
        code.Should().Be(1);
        errors.Should().Contain("between 1 and 500");
    }
}
