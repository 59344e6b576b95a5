using System.Text;
using System.Text.Json.Serialization;
using PushBridge.Client;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Client;

/// <summary>The .NET client library against the real server.</summary>
public sealed partial class PushClientTests
{
    [Fact]
    public async Task A_push_arrives_with_its_exact_bytes_on_every_tab()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var tab1 = await RawClient.JoinAsync(server, "a");
        await using var tab2 = await RawClient.JoinAsync(server, "a", nth: 2);
        await using var push = Client(server);
        const string json = """{ "x": 1.0, "text": "\u4f60 é <b>" }""";

        var result = await push.PushAsync("a", Encoding.UTF8.GetBytes(json));

        result.Should().Be(new PushResult(PushReason.None, 2));
        result.Delivered.Should().BeTrue();
        (await tab1.NextAsync()).Should().Be(json);
        (await tab2.NextAsync()).Should().Be(json);
    }

    [Fact]
    public async Task Values_and_strings_arrive_as_their_JSON()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var push = Client(server);

        await push.PushAsync("a", new { Percent = "88%", N = 1 });
        await push.PushAsync("a", "{\"no\":\"JSON text\"}");
        await push.PushAsync("a", new Progress(5), Json.Default.Progress);
        await push.BroadcastAsync(new Progress(6), Json.Default.Progress);
        await push.JoinAsync("a", "g");
        await push.GroupAsync("g", 7);

        (await client.NextAsync(5))
            .Should()
            .Equal(
                """{"percent":"88%","n":1}""",
                "\"{\\u0022no\\u0022:\\u0022JSON text\\u0022}\"",
                """{"Done":5}""",
                """{"Done":6}""",
                "7"
            );
    }

    [Fact]
    public async Task A_payload_with_line_breaks_is_one_message_and_the_next_command_is_not_disturbed()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var push = Client(server);

        (await push.PushAsync("a", "{\r\n\"x\":\n1}"u8.ToArray())).Delivered.Should().BeTrue();
        var forged = () =>
            push.PushAsync("a", "1}\n{\"$cmd\":\"broadcast\",\"data\":2"u8.ToArray()).AsTask();
        await forged.Should().ThrowAsync<ArgumentException>();
        (await push.PushAsync("a", "3"u8.ToArray())).Delivered.Should().BeTrue();

        (await client.NextAsync(2)).Should().Equal("{  \"x\": 1}", "3");
    }

    [Fact]
    public async Task Nobody_there_is_offline()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var push = Client(server);

        var push1 = await push.PushAsync("nobody", 1);
        var group = await push.GroupAsync("empty", 1);
        var broadcast = await push.BroadcastAsync(1);

        push1.Should().Be(new PushResult(PushReason.Offline));
        group.Reason.Should().Be(PushReason.Offline);
        (broadcast.Ok, broadcast.Delivered).Should().Be((true, false));
    }

    [Fact]
    public async Task Every_command_does_what_it_says()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var a = await RawClient.JoinAsync(server, "a");
        await using var b = await RawClient.JoinAsync(server, "b \"quoted\" 你");
        await using var push = Client(server);
        string[] both = ["a", "b \"quoted\" 你"];

        (await push.PingAsync()).Ok.Should().BeTrue();
        (await push.PushAsync(both, 1)).Connections.Should().Be(2);
        (await push.PushAsync(["a", "nobody", "a"], 2)).Connections.Should().Be(1);
        (await push.BroadcastAsync(3, except: both[1])).Connections.Should().Be(1);
        (await push.JoinAsync(both, "g")).Connections.Should().Be(2);
        (await push.GroupAsync(["g", "h"], 4, except: ["a"])).Connections.Should().Be(1);
        (await push.LeaveAsync("a", "g")).Connections.Should().Be(1);
        (await push.CountAsync()).Should().Be(new CountResult(PushReason.None, 2, 2));
        (await push.CountAsync("g")).Should().Be(new CountResult(PushReason.None, 1, 1));
        var online = await push.OnlineAsync([.. both, "nobody"]);
        online
            .Connections.Should()
            .BeEquivalentTo(
                new Dictionary<string, int>
                {
                    ["a"] = 1,
                    [both[1]] = 1,
                    ["nobody"] = 0,
                }
            );
        (online.IsOnline("a"), online.IsOnline("nobody")).Should().Be((true, false));
        (await push.KickAsync("a", "signed out\nelsewhere")).Connections.Should().Be(1);

        (await a.NextAsync(3)).Should().Equal("1", "2", "3");
        (await b.NextAsync(2)).Should().Equal("1", "4");
        (await a.Closed).Should().Be((4411, "signed out\nelsewhere"));
    }

    [Fact]
    public async Task A_payload_as_large_as_the_server_takes_arrives_and_a_larger_one_is_refused_here()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var push = Client(server);
        var json = Encoding.UTF8.GetBytes($"\"{new string('x', 1_000_000)}\"");

        (await push.PushAsync("a", json)).Delivered.Should().BeTrue();
        (await client.NextAsync()).Length.Should().Be(json.Length);
        var tooLarge = () =>
            push.PushAsync("a", Encoding.UTF8.GetBytes($"\"{new string('x', 1_048_576)}\""))
                .AsTask();
        (await tooLarge.Should().ThrowAsync<ArgumentException>()).WithMessage("*MaxCommandBytes*");
        (await push.PingAsync()).Ok.Should().BeTrue("nothing of it was sent");
    }

    [Fact]
    public async Task A_line_too_long_for_the_server_is_answered_and_the_next_goes_over_a_new_connection()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:MaxLineBytes=1024");
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var push = Client(server);

        (await push.PushAsync("a", new string('x', 2000))).Ok.Should().BeFalse();

        (await push.PushAsync("a", 1)).Delivered.Should().BeTrue();
        (await client.NextAsync()).Should().Be("1");
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(7)]
    public async Task A_hundred_callers_share_one_connection_each_in_its_own_order(int window)
    {
        const int callers = 100;
        const int each = 100;
        await using var server = await PushBridgeServer.StartAsync("Text:MaxConnections=1");
        var clients = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(uid => RawClient.JoinAsync(server, $"u{uid}"))
        );
        await using var push = Client(server, o => o.MaxInFlightCommands = window);

        var results = await Task.WhenAll(Enumerable.Range(0, callers).Select(CallAsync));

        results
            .SelectMany(result => result)
            .Should()
            .OnlyContain(result => result == new PushResult(PushReason.None, 1));
        for (var uid = 0; uid < clients.Length; uid++)
        {
            var arrived = await clients[uid].NextAsync(callers / clients.Length * each);
            for (var caller = uid; caller < callers; caller += clients.Length)
            {
                arrived
                    .Where(m => m.StartsWith($"[{caller},", StringComparison.Ordinal))
                    .Should()
                    .Equal(Enumerable.Range(0, each).Select(n => $"[{caller},{n}]"));
            }

            await clients[uid].DisposeAsync();
        }

        async Task<PushResult[]> CallAsync(int caller)
        {
            // Half of the callers await each push, the others leave that for the end.
            var calls = new Task<PushResult>[each];
            for (var n = 0; n < each; n++)
            {
                calls[n] = push.PushAsync(
                        $"u{caller % 10}",
                        Encoding.UTF8.GetBytes($"[{caller},{n}]")
                    )
                    .AsTask();
                if (caller % 2 == 0)
                {
                    await calls[n];
                }
            }

            return await Task.WhenAll(calls);
        }
    }

    [Fact]
    public async Task The_same_id_is_answered_as_the_first_time_and_delivered_once()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using (var first = Client(server))
        {
            (await first.PushAsync("a", 1, id: "order-1")).Connections.Should().Be(1);
        }

        await using var push = Client(server, o => o.GenerateIds = true);
        (await push.PushAsync("a", 1, id: "order-1")).Connections.Should().Be(1);
        (await push.PushAsync("a", 2)).Connections.Should().Be(1);
        (await push.PushAsync("a", 2)).Connections.Should().Be(1, "each has an id of its own");

        await push.PushAsync("a", "end");
        (await client.NextAsync(4)).Should().Equal("1", "2", "2", "\"end\"");
    }

    [Fact]
    public async Task Injected_it_serves_an_application()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var services = new ServiceCollection()
            .AddPushBridgeClient(options => options.Address = $"tcp://{server.Text}")
            .BuildServiceProvider();

        var result = await services.GetRequiredService<IPushClient>().PushAsync("a", 1);

        result.Delivered.Should().BeTrue();
        (await client.NextAsync()).Should().Be("1");
    }

    private static PushClient Client(
        PushBridgeServer server,
        Action<PushClientOptions>? configure = null
    )
    {
        var options = new PushClientOptions { Address = $"tcp://{server.Text}" };
        configure?.Invoke(options);
        return new PushClient(options);
    }

    private sealed record Progress(int Done);

    [JsonSerializable(typeof(Progress))]
    private sealed partial class Json : JsonSerializerContext;
}
