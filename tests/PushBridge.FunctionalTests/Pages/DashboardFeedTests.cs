using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Pages;

/// <summary>The connection that the dashboard lives on, seen by any WebSocket client.</summary>
public sealed class DashboardFeedTests
{
    [Fact]
    public async Task The_numbers_come_every_second_once_something_was_said()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var watcher = await RawClient.ConnectAsync(Feed(server), "operator");

        var first = JsonDocument.Parse(await watcher.NextAsync()).RootElement;
        var second = JsonDocument.Parse(await watcher.NextAsync()).RootElement;

        (second.GetProperty("at").GetInt64() - first.GetProperty("at").GetInt64())
            .Should()
            .BeInRange(500, 5_000);
    }

    [Fact]
    public async Task A_sign_of_life_is_answered()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var watcher = await RawClient.ConnectAsync(Feed(server), "operator");
        await watcher.NextAsync();

        await watcher.SendAsync("heartbeat");

        var next = await watcher.NextAsync();
        (next.Length == 0 ? next : await watcher.NextAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Where_a_secret_is_asked_for_nothing_comes_without_it()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Backends:Secrets:0=0123456789abcdef",
            "Backends:MaxFailedAttempts=2",
            "Backends:LimitLoopback=true"
        );
        await using var right = await RawClient.ConnectAsync(Feed(server), "0123456789abcdef");
        await right.NextAsync();

        foreach (var expected in new[] { 4401, 4401, 4429 })
        {
            await using var wrong = await RawClient.ConnectAsync(Feed(server), "wrong\r\nü");
            (await wrong.Closed).Code.Should().Be(expected);
            var read = () => wrong.NextAsync();
            await read.Should()
                .ThrowAsync<InvalidOperationException>("not a number may come before");
        }
        await right.NextAsync();
    }

    [Fact]
    public async Task A_first_frame_without_an_end_to_it_is_too_big()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var watcher = await RawClient.ConnectAsync(
            Feed(server),
            new string('x', 2_000)
        );

        (await watcher.Closed).Code.Should().Be(1009);
    }

    [Fact]
    public async Task A_server_that_ends_says_so_to_who_watches()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var watcher = await RawClient.ConnectAsync(Feed(server), "operator");
        await watcher.NextAsync();

        await server.StopAsync();

        (await watcher.Closed).Code.Should().Be(1001);
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example", 403)]
    [InlineData("Host", "rebound.example", 403)]
    [InlineData("Accept", "*/*", 426)]
    public async Task A_request_that_may_not_watch_is_a_problem(
        string header,
        string value,
        int status
    )
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpUrl };

        (
            await http.AskAsync(HttpMethod.Get, "/dashboard/live", null, (header, value))
        ).ShouldBeProblem(status);
    }

    private static Uri Feed(PushBridgeServer server) => new(server.HttpUrl, "/dashboard/live");
}
