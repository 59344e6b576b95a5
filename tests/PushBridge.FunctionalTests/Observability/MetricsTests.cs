using Microsoft.AspNetCore.SignalR;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>What the server says it did, against what its backends and clients saw.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Counters_equal_what_the_backends_and_clients_counted()
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await using var first = await RawClient.JoinAsync(server, "a");
        await using var second = await RawClient.JoinAsync(server, "a", nth: 2);
        await using var hub = await HubClient.JoinAsync(server, "b");
        var expected = new Dictionary<string, int>();

        await using (var text = await TextBackend.ConnectAsync(server.Text))
        {
            await text.SendAsync(
                string.Concat(
                    Enumerable.Range(0, 300).Select(n => $$"""{"uid":"a","n":{{n}}}""" + "\n")
                )
                    + "{\"uid\":\"nobody\"}\nhello\n{\"$cmd\":\"join\",\"uid\":[\"a\",\"b\"],\"group\":\"g\"}\n"
                    + "{\"$cmd\":\"group\",\"group\":\"g\",\"data\":1}\n{\"$cmd\":\"count\"}\n"
            );
            var replies = await text.ReadLinesAsync(305);
            expected["text ok"] = replies.Count(reply => reply is "ok" or ['{', ..]);
            replies.Count(reply => reply == "fail").Should().Be(2);
            (expected["text offline"], expected["text bad_request"]) = (1, 1);
            // An id makes it happen once: answered twice, delivered once.
            foreach (var _ in "12")
            {
                await text.AskAsync("""{"$cmd":"push","uid":"b","data":2,"id":"once"}""");
                expected["text ok"]++;
            }
        }

        foreach (var (path, body) in new[] { ("a", "1"), ("b", "1"), ("nobody", "1"), ("a", "{") })
        {
            var answer = await http.PostAsync($"/api/push/{path}", body);
            var outcome =
                answer.Status == 400 ? "bad_request"
                : answer.Body.Contains("offline") ? "offline"
                : "ok";
            expected[$"http {outcome}"] = expected.GetValueOrDefault($"http {outcome}") + 1;
        }
        await http.AskAsync(
            HttpMethod.Post,
            "/api/commands",
            ApiRequests.Bytes(
                "{\"uid\":\"b\"}\nx\n{\"uid\":\"nobody\"}"u8.ToArray(),
                "application/x-ndjson"
            )
        );
        expected["http ok"]++;
        expected["http bad_request"]++;
        expected["http offline"]++;

        var push = server.Services.GetRequiredService<IPushBridge>();
        await push.BroadcastAsync("3"u8.ToArray());
        await push.PushAsync("nobody", "3"u8.ToArray());
        (expected["embedded ok"], expected["embedded offline"]) = (1, 1);
        var context = server.Services.GetRequiredService<IHubContext<PushHub>>();
        await context.Clients.User("a").SendAsync("message", 4);
        await context.Clients.User("nobody").SendAsync("message", 4);
        (expected["hub ok"], expected["hub offline"]) = (1, 1);

        // a: 300 pushes, group, http, broadcast, user. b: group, id, http, batch, broadcast.
        await ReceiveAsync(304, () => first.NextAsync());
        await ReceiveAsync(304, () => second.NextAsync());
        await ReceiveAsync(5, async () => (await hub.NextAsync()).ToString());
        var scrape = await Scrape.OfAsync(http);
        scrape
            .Samples.Where(sample =>
                sample.Value > 0
                && sample.Key.StartsWith("pushbridge_commands_total", StringComparison.Ordinal)
            )
            .ToDictionary(sample => Labels(sample.Key), sample => (int)sample.Value)
            .Should()
            .Equal(expected);
        scrape["pushbridge_deliveries_total"].Should().Be(304 + 304 + 5);
        scrape["pushbridge_messages_total"].Should().Be(304 + 5 - 2);
    }

    [Fact]
    public async Task What_is_there_is_counted_by_kind()
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await using var raw = await RawClient.JoinAsync(server, "a");
        await using var hub = await HubClient.JoinAsync(server, "a", nth: 2);
        await using (await RawClient.JoinAsync(server, "gone"))
        {
            await http.AskAsync(HttpMethod.Put, "/api/groups/g/uids/gone");
            (await Scrape.OfAsync(http))["pushbridge_groups"].Should().Be(1);
        }
        await server.WaitForUidAsync("gone", 0);
        await http.AskAsync(HttpMethod.Put, "/api/groups/g/uids/a");
        await http.AskAsync(HttpMethod.Delete, "/api/uids/a");
        await raw.Closed;
        await server.WaitForUidAsync("a", 0);

        var scrape = await Scrape.OfAsync(http);

        scrape["pushbridge_connections{kind=\"raw\"}"].Should().Be(0);
        scrape["pushbridge_connections{kind=\"hub\"}"].Should().Be(0);
        scrape["pushbridge_opened_total{kind=\"raw\"}"].Should().Be(2);
        scrape["pushbridge_opened_total{kind=\"hub\"}"].Should().Be(1);
        scrape["pushbridge_closes_total{kind=\"raw\",code=\"4411\"}"].Should().Be(1);
        scrape["pushbridge_closes_total{kind=\"hub\",code=\"4411\"}"].Should().Be(1);
        scrape["pushbridge_uids"].Should().Be(0);
        scrape["pushbridge_groups"].Should().Be(0);
        scrape["pushbridge_queue_bytes"].Should().Be(0);
    }

    [Fact]
    public async Task A_refused_client_is_counted_by_its_status()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:MaxConnections=1");
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await using var first = await RawClient.JoinAsync(server, "a");

        var second = () => RawClient.ConnectAsync(server.ClientsUrl, "b");

        await second.Should().ThrowAsync<System.Net.WebSockets.WebSocketException>();
        (await Scrape.OfAsync(http))["pushbridge_refused_total{status=\"503\"}"].Should().Be(1);
    }

    [Fact]
    public async Task Pushes_are_timed_and_the_runtime_is_there()
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var text = await TextBackend.ConnectAsync(server.Text);

        await text.AskAsync("""{"uid":"a"}""");
        await client.NextAsync();

        var scrape = await Scrape.OfAsync(http);
        scrape["pushbridge_push_to_write_seconds_count"].Should().Be(1);
        scrape["pushbridge_push_to_write_seconds_sum"].Should().BePositive();
        scrape["dotnet_process_memory_working_set_bytes"].Should().BePositive();
        scrape.Types["dotnet_process_cpu_time_seconds_total"].Should().Be("counter");
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Host", "rebound.example")]
    public async Task A_foreign_page_reads_no_metrics(string header, string value)
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };

        (await http.AskAsync(HttpMethod.Get, "/metrics", null, (header, value))).ShouldBeProblem(
            403
        );
    }

    private static async Task ReceiveAsync(int count, Func<Task<string>> next)
    {
        for (var i = 0; i < count; i++)
        {
            await next();
        }
    }

    private static string Labels(string sample) =>
        string.Join(' ', sample.Split('"').Where((_, index) => index % 2 == 1));
}
