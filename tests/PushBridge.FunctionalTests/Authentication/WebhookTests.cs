using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Authentication;

public sealed class WebhookTests
{
    [Fact]
    public async Task The_application_says_who_a_client_is()
    {
        await using TestService service = await TestService.StartAsync(
            TestService.Json("""{"uid":"u1","groups":["staff"],"expires_in":3600}""")
        );
        await using PushBridgeServer server = await StartAsync(service);
        await using RawClient raw = await RawClient.ConnectAsync(server.ClientsUrl, "my words");
        await using HubClient hub = await HubClient.ConnectWithTokenAsync(
            server.ClientsUrl,
            "my words"
        );
        await server.WaitForUidAsync("u1", 2);
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"group","group":"staff","data":1}""")).Should().Be("ok");
        (await raw.NextAsync()).Should().Be("1");
        (await hub.NextAsync()).Should().Be("1");
        Asked question = service.Asked.First();
        question.ContentType.Should().StartWith("application/json");
        JsonDocument
            .Parse(question.Body)
            .RootElement.EnumerateObject()
            .Select(member => $"{member.Name}={member.Value}")
            .Should()
            .Equal("token=my words", "address=127.0.0.1", "origin=");
    }

    [Fact]
    public async Task Listed_cookies_and_the_origin_are_passed_on_and_no_others()
    {
        await using TestService service = await TestService.StartAsync(
            TestService.Json("""{"uid":7}""")
        );
        await using PushBridgeServer server = await StartAsync(
            service,
            "Clients:Authentication:Webhook:ForwardCookies:0=PHPSESSID",
            "Clients:AllowedOrigins:0=https://shop.example"
        );
        await using RawClient client = await RawClient.OpenAsync(
            server.ClientsUrl,
            ("Cookie", "theme=dark; PHPSESSID=abc; PHPSESSID2=no; xPHPSESSID=no"),
            ("Origin", "https://shop.example")
        );
        await client.SayAsync("me");
        await server.WaitForUidAsync("7");

        Asked question = service.Asked.Single();
        question.Cookies.Should().Be("PHPSESSID=abc");
        question.Body.Should().Contain("\"origin\":\"https://shop.example\"");
    }

    [Theory]
    [InlineData(401, 4401)]
    [InlineData(403, 4401)]
    [InlineData(404, 1013)]
    [InlineData(500, 1013)]
    [InlineData(302, 1013)]
    public async Task A_status_decides(int status, int code)
    {
        await using TestService service = await TestService.StartAsync(TestService.Status(status));
        await using PushBridgeServer server = await StartAsync(service);
        await using RawClient client = await RawClient.ConnectAsync(server.ClientsUrl, "words");

        (await client.Closed).Code.Should().Be(code);
        service.Asked.Should().HaveCount(1, "a redirect is not followed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"uid":""}""")]
    [InlineData("""{"uid":true}""")]
    [InlineData("""{"uid":"\ud800"}""")]
    [InlineData("""{"uid":"u","expires_in":"soon"}""")]
    [InlineData("""{"uid":"u","expires_in":-1}""")]
    [InlineData("""{"uid":"u","groups":"staff"}""")]
    public async Task An_answer_that_does_not_say_who_it_is_lets_nobody_in(string body)
    {
        await using TestService service = await TestService.StartAsync(TestService.Json(body));
        await using PushBridgeServer server = await StartAsync(service);
        await using RawClient client = await RawClient.ConnectAsync(server.ClientsUrl, "words");

        (await client.Closed).Should().Be((1013, "try again later"));
    }

    [Fact]
    public async Task A_slow_application_costs_its_client_a_later_try_and_nobody_else_anything()
    {
        TaskCompletionSource release = new();
        await using TestService service = await TestService.StartAsync(_ => release.Task);
        await using PushBridgeServer server = await StartAsync(
            service,
            "Clients:Authentication:Webhook:Timeout=00:00:00.3",
            "Clients:Authentication:Webhook:MaxConcurrent=2"
        );
        RawClient[] clients = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i => RawClient.ConnectAsync(server.ClientsUrl, $"words {i}"))
        );
        foreach (RawClient client in clients)
        {
            (await client.Closed).Code.Should().Be(1013);
            await client.DisposeAsync();
        }

        service.Asked.Count.Should().BeLessThanOrEqualTo(8, "two at once, then the circuit opens");
        release.SetResult();
    }

    [Fact]
    public async Task A_broken_application_is_left_alone_and_then_asked_again()
    {
        await using TestService service = await TestService.StartAsync(TestService.Status(500));
        await using PushBridgeServer server = await StartAsync(service);
        for (int i = 0; i < 20; i++)
        {
            await using RawClient client = await RawClient.ConnectAsync(server.ClientsUrl, "words");
            (await client.Closed).Code.Should().Be(1013);
        }
        service.Asked.Count.Should().BeLessThan(10, "the circuit opens after five failures");

        service.AnswerAsync = TestService.Json("""{"uid":"back"}""");
        await PushBridgeServer.EventuallyAsync(
            () => TryJoinAsync(server).GetAwaiter().GetResult(),
            "a client that is let in again"
        );
    }

    [Theory]
    [InlineData(400, "")]
    [InlineData(404, "")]
    [InlineData(200, "evil")]
    public async Task Answers_that_make_no_sense_cost_nobody_else_anything(int status, string body)
    {
        await using TestService service = await TestService.StartAsync(async context =>
        {
            if (context.Request.Headers.Cookie.ToString().Contains("evil"))
            {
                context.Response.StatusCode = status;
                await context.Response.WriteAsync(body);
            }
            else
            {
                await TestService.Json("""{"uid":"good"}""")(context);
            }
        });
        await using PushBridgeServer server = await StartAsync(
            service,
            "Clients:Authentication:Webhook:ForwardCookies:0=who"
        );
        for (int i = 0; i < 20; i++)
        {
            await using RawClient evil = await RawClient.OpenAsync(
                server.ClientsUrl,
                ("Cookie", "who=evil")
            );
            await evil.SayAsync($"words {i}");
            (await evil.Closed).Code.Should().Be(1013);
        }

        await using RawClient good = await RawClient.ConnectAsync(server.ClientsUrl, "words");
        await server.WaitForUidAsync("good");

        service.Asked.Should().HaveCount(21, "each is asked about");
        server
            .Logs.Should()
            .ContainSingle(line =>
                line.Level == LogLevel.Warning && line.Message.Contains("does not count")
            );
    }

    [Fact]
    public async Task Who_was_let_in_a_moment_ago_is_not_asked_about_again()
    {
        await using TestService service = await TestService.StartAsync(
            TestService.Json("""{"uid":"again"}""")
        );
        await using PushBridgeServer server = await StartAsync(service);
        for (int i = 0; i < 5; i++)
        {
            await using RawClient client = await RawClient.ConnectAsync(server.ClientsUrl, "words");
            await server.WaitForUidAsync("again");
            await client.LeaveAsync();
            await server.WaitForUidAsync("again", 0);
        }
        await using RawClient other = await RawClient.ConnectAsync(server.ClientsUrl, "others");
        await server.WaitForUidAsync("again");

        service.Asked.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_connection_ends_when_the_application_said()
    {
        await using TestService service = await TestService.StartAsync(
            TestService.Json("""{"uid":"brief","expires_in":0.2}""")
        );
        await using PushBridgeServer server = await StartAsync(service);
        await using RawClient client = await RawClient.ConnectAsync(server.ClientsUrl, "words");

        (await client.Closed).Should().Be((4410, "token expired"));
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_is_being_asked_about_does_not_come_back()
    {
        TaskCompletionSource release = new();
        await using TestService service = await TestService.StartAsync(async context =>
        {
            await release.Task;
            await TestService.Json("""{"uid":"ghost"}""")(context);
        });
        await using PushBridgeServer server = await StartAsync(service);
        RawClient client = await RawClient.ConnectAsync(server.ClientsUrl, "words");
        await PushBridgeServer.EventuallyAsync(() => service.Asked.Count == 1, "the question");
        await client.DisposeAsync();
        await PushBridgeServer.EventuallyAsync(
            () =>
                server
                    .Services.GetRequiredService<PushBridge.Connections.ConnectionRegistry>()
                    .Total == 0,
            "the connection's end"
        );

        release.SetResult();
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"uid":"ghost"}""")).Should().Be("fail");
    }

    private static Task<PushBridgeServer> StartAsync(
        TestService service,
        params string[] settings
    ) =>
        PushBridgeServer.StartAsync([
            "Clients:Authentication:Mode=webhook",
            $"Clients:Authentication:Webhook:Url={service.Url}",
            .. settings,
        ]);

    private static async Task<bool> TryJoinAsync(PushBridgeServer server)
    {
        await using RawClient client = await RawClient.ConnectAsync(server.ClientsUrl, "words");
        return await client.CodeAsync() == 0;
    }
}
