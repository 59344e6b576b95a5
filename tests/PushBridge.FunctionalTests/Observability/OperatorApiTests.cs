using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>What operators read over HTTP.</summary>
public sealed class OperatorApiTests
{
    [Fact]
    public async Task The_numbers_are_those_of_the_moment()
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await using var first = await RawClient.JoinAsync(server, "a");
        await using var second = await HubClient.JoinAsync(server, "a", nth: 2);
        await http.PostAsync("/api/push/a", "1");
        await http.PostAsync("/api/push/nobody", "1");

        var stats = JsonDocument
            .Parse((await http.AskAsync(HttpMethod.Get, "/api/stats")).Body)
            .RootElement;

        stats.GetProperty("connections").GetRawText().Should().Be("""{"raw":1,"hub":1}""");
        stats.GetProperty("uids").GetInt32().Should().Be(1);
        stats
            .GetProperty("commands")
            .GetRawText()
            .Should()
            .Be("""{"text":{},"http":{"ok":1,"offline":1},"embedded":{},"hub":{}}""");
        (stats.GetProperty("messages").GetInt32(), stats.GetProperty("deliveries").GetInt32())
            .Should()
            .Be((1, 2));
        stats.GetProperty("node").GetProperty("memoryBytes").GetInt64().Should().BePositive();
    }

    [Fact]
    public async Task The_last_minutes_are_remembered_second_by_second()
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await using var client = await RawClient.JoinAsync(server, "a");

        JsonElement rows = default;
        for (var i = 0; i < 500 && (i == 0 || rows.GetArrayLength() < 3); i++)
        {
            await Task.Delay(20);
            var answer = await http.AskAsync(HttpMethod.Get, "/api/stats/history");
            rows = JsonDocument.Parse(answer.Body).RootElement.GetProperty("rows");
        }

        rows.GetArrayLength().Should().BeGreaterThanOrEqualTo(3);
        var times = rows.EnumerateArray().Select(row => row[0].GetInt64()).ToArray();
        times.Should().BeInAscendingOrder();
        rows[rows.GetArrayLength() - 1][1].GetInt32().Should().Be(1);
        var stats = await http.AskAsync(HttpMethod.Get, "/api/stats");
        var node = JsonDocument.Parse(stats.Body).RootElement.GetProperty("node");
        node.GetProperty("uptimeSeconds")
            .GetDouble()
            .Should()
            .BeGreaterThan(1, "nobody had asked before");
    }

    [Fact]
    public async Task A_uid_of_any_script_is_found_and_described()
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await using var client = await RawClient.JoinAsync(server, "ü/ %2F世界");
        await using var other = await RawClient.JoinAsync(server, "other");

        var found = await http.AskAsync(
            HttpMethod.Get,
            "/api/uids?query=" + Uri.EscapeDataString("Ü/")
        );
        var uid = JsonDocument
            .Parse(found.Body)
            .RootElement.GetProperty("uids")[0]
            .GetProperty("uid")
            .GetString();
        var details = await http.AskAsync(
            HttpMethod.Get,
            $"/api/uids/{Uri.EscapeDataString(uid!)}/connections"
        );

        uid.Should().Be("ü/ %2F世界");
        var connection = JsonDocument.Parse(details.Body).RootElement.GetProperty("connections")[0];
        connection.GetProperty("kind").GetString().Should().Be("raw");
        connection.GetProperty("queueBytes").GetInt32().Should().Be(0);
    }

    [Fact]
    public async Task Why_a_uid_was_closed_is_told()
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await using var client = await RawClient.JoinAsync(server, "a");
        await http.AskAsync(HttpMethod.Delete, "/api/uids/a");
        await client.Closed;
        await server.WaitForUidAsync("a", 0);

        var answer = await http.AskAsync(HttpMethod.Get, "/api/uids/a/connections");

        var details = JsonDocument.Parse(answer.Body).RootElement;
        details.GetProperty("connections").GetArrayLength().Should().Be(0);
        details.GetProperty("closed")[0].GetProperty("code").GetInt32().Should().Be(4411);
        details.GetProperty("closed")[0].GetProperty("reason").GetString().Should().Be("kicked");
    }

    [Theory]
    [InlineData("/api/uids?limit=0")]
    [InlineData("/api/uids?limit=501")]
    [InlineData("/api/uids?limit=x")]
    [InlineData("/api/uids/a%07/connections")]
    [InlineData(LongQuery)]
    public async Task A_wrong_question_is_a_bad_request(string path)
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };

        (await http.AskAsync(HttpMethod.Get, path)).ShouldBeProblem(400);
    }

    [Theory]
    [InlineData("/api/stats")]
    [InlineData("/api/stats/history")]
    [InlineData("/api/uids")]
    [InlineData("/api/uids/a/connections")]
    public async Task A_foreign_page_learns_nothing(string path)
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Clients:AllowedOrigins:0=https://app.example"
        );
        using var http = new HttpClient { BaseAddress = server.HttpUrl };

        (
            await http.AskAsync(HttpMethod.Get, path, null, ("Origin", "https://app.example"))
        ).ShouldBeProblem(403);
    }

    private const string LongQuery =
        "/api/uids?query=wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww";
}
