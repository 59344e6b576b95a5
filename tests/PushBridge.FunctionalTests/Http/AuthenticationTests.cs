using System.Net;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Http;

/// <summary>Where a secret is configured, a request presents it; health is everybody's.</summary>
public sealed class AuthenticationTests
{
    private const string Old = "the-old-secret-0123456789";
    private const string New = "the-new-secret-0123456789";
    private const string Unauthorized =
        """{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.2","title":"Unauthorized","status":401,"detail":"Send one of the secrets of this server as Authorization: Bearer."}""";

    [Theory]
    [InlineData("Bearer " + Old)]
    [InlineData("Bearer " + New)]
    [InlineData("bearer  " + New)]
    public async Task Any_of_the_secrets_opens_the_API(string header)
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        using HttpClient http = new() { BaseAddress = server.HttpUrl };

        (await http.PostAsync("/api/push/uid1", "1", ("Authorization", header)))
            .IsReply("""{"ok":true,"connections":1}""")
            .Should()
            .BeTrue();
        (await client.NextAsync()).Should().Be("1");
    }

    [Theory]
    [InlineData("POST", "/api/push/uid1")]
    [InlineData("POST", "/api/broadcast")]
    [InlineData("POST", "/api/groups/g")]
    [InlineData("PUT", "/api/groups/g/uids/uid1")]
    [InlineData("DELETE", "/api/groups/g/uids/uid1")]
    [InlineData("GET", "/api/uids/uid1")]
    [InlineData("DELETE", "/api/uids/uid1")]
    [InlineData("GET", "/api/count")]
    [InlineData("POST", "/api/commands")]
    [InlineData("GET", "/openapi/v1.json")]
    public async Task Without_one_everything_is_401_and_does_nothing(string method, string path)
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        string?[] headers =
        [
            null,
            "Bearer",
            "Bearer ",
            $"Bearer {Old}x",
            $"Bearer {Old[..^1]}",
            $"Basic {Old}",
            Old,
        ];

        foreach (var header in headers)
        {
            var body = method == "POST" ? ApiRequests.Json("""{"uid":"uid1"}""") : null;
            ApiAnswer answer = header is null
                ? await http.AskAsync(new HttpMethod(method), path, body)
                : await http.AskAsync(
                    new HttpMethod(method),
                    path,
                    body,
                    ("Authorization", header)
                );
            answer.Should().Be(new ApiAnswer(401, "application/problem+json", Unauthorized));
        }

        (await http.PostAsync("/api/push/uid1", "\"end\"", ("Authorization", $"Bearer {Old}")))
            .Status.Should()
            .Be(200);
        (await client.NextAsync()).Should().Be("\"end\"");
    }

    [Fact]
    public async Task The_refusal_names_the_scheme()
    {
        await using var server = await StartAsync();
        using HttpClient http = new() { BaseAddress = server.HttpUrl };

        using var answer = await http.GetAsync(new Uri("/api/count", UriKind.Relative));

        answer.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_is_open(string path)
    {
        await using var server = await StartAsync();
        using HttpClient http = new() { BaseAddress = server.HttpUrl };

        (await http.AskAsync(HttpMethod.Get, path)).Status.Should().Be(200);
    }

    [Fact]
    public async Task After_too_many_wrong_secrets_the_address_waits()
    {
        await using var server = await StartAsync(
            "Backends:MaxFailedAttempts=3",
            "Backends:LimitLoopback=true"
        );
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        for (var i = 0; i < 3; i++)
        {
            (await GetCountAsync(http, $"guess-{i}"))
                .StatusCode.Should()
                .Be(HttpStatusCode.Unauthorized);
        }

        using var refused = await GetCountAsync(http, Old);
        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.Should().BeInRange(1, 60);
        (await http.AskAsync(HttpMethod.Get, "/api/count")).ShouldBeProblem(429);
        (await http.AskAsync(HttpMethod.Get, "/health/live")).Status.Should().Be(200);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.ReadToEndAsync()).Should().Be("fail\n", "it is one limit for both ports");
        server.Counter("pushbridge.limits").Should().Be(3, "that is how many were refused for it");
    }

    [Fact]
    public async Task No_secret_reaches_a_log()
    {
        const string wrong = "a-wrong-secret-0123456789";
        await using var server = await StartAsync();
        using HttpClient http = new() { BaseAddress = server.HttpUrl };

        using (await GetCountAsync(http, Old))
        using (await GetCountAsync(http, wrong))
        {
            server
                .Logs.Should()
                .Contain(line => line.Message.Contains("wrong secret", StringComparison.Ordinal))
                .And.NotContain(line =>
                    line.Message.Contains(Old, StringComparison.Ordinal)
                    || line.Message.Contains(wrong, StringComparison.Ordinal)
                );
        }
    }

    [Fact]
    public async Task Requests_from_other_networks_are_dropped()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Backends:AllowedNetworks:0=192.0.2.0/24"
        );
        using HttpClient http = new() { BaseAddress = server.HttpUrl };

        var get = () => http.GetAsync(new Uri("/health/live", UriKind.Relative));

        await get.Should().ThrowAsync<HttpRequestException>();
        using HttpClient page = new() { BaseAddress = server.ClientsUrl };
        (await page.AskAsync(HttpMethod.Get, "/"))
            .Status.Should()
            .Be(200, "clients are no backends");
    }

    private static Task<HttpResponseMessage> GetCountAsync(HttpClient http, string secret) =>
        http.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "/api/count")
            {
                Headers = { { "Authorization", $"Bearer {secret}" } },
            }
        );

    private static Task<PushBridgeServer> StartAsync(params string[] settings) =>
        PushBridgeServer.StartAsync([
            $"Backends:Secrets:0={Old}",
            $"Backends:Secrets:1={New}",
            "Backends:MaxFailedAttempts=100",
            .. settings,
        ]);
}
