using PushBridge.Connections;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Http;

/// <summary>What the API refuses: each with its status as a problem, and nothing is delivered.</summary>
public sealed class RefusalTests(ApiServer api) : IClassFixture<ApiServer>, IAsyncLifetime
{
    private RawClient client = null!;

    public async ValueTask InitializeAsync() => client = await RawClient.JoinAsync(api.Server, "a");

    public async ValueTask DisposeAsync()
    {
        (await api.Http.PostAsync("/api/push/a", "\"the end\"")).Status.Should().Be(200);
        (await client.NextAsync()).Should().Be("\"the end\"", "a refused request delivers nothing");
        await client.DisposeAsync();
        await api.Server.WaitForUidAsync("a", 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{\"a\":")]
    [InlineData("{} {}")]
    [InlineData("hello")]
    [InlineData("percent=88%25")]
    [InlineData("\"\u0001\"")]
    [InlineData("\ufeff1")]
    public async Task A_body_that_is_not_one_JSON_value_is_400(string body) =>
        (await api.Http.PostAsync("/api/push/a", body)).ShouldBeProblem(400);

    [Fact]
    public async Task A_body_that_is_not_UTF8_is_400() =>
        (
            await api.Http.AskAsync(
                HttpMethod.Post,
                "/api/broadcast",
                ApiRequests.Bytes([(byte)'"', 0xE4, (byte)'"'], "application/json")
            )
        ).ShouldBeProblem(400);

    [Fact]
    public async Task A_body_that_is_too_deep_is_400_and_says_so()
    {
        ApiAnswer answer = await api.Http.PostAsync(
            "/api/push/a",
            new string('[', 65) + new string(']', 65)
        );

        answer.ShouldBeProblem(400);
        answer.Body.Should().Contain("64 levels");
    }

    [Theory]
    [InlineData("POST", "/api/push/%01")]
    [InlineData("POST", "/api/push/%FF")]
    [InlineData("POST", "/api/push/%C2%85")]
    [InlineData("POST", "/api/groups/%01")]
    [InlineData("POST", "/api/broadcast?except=")]
    [InlineData("POST", "/api/broadcast?except=a&except=%01")]
    [InlineData("PUT", "/api/groups/g/uids/%01")]
    [InlineData("PUT", "/api/groups/%01/uids/a")]
    [InlineData("DELETE", "/api/groups/%01/uids/a")]
    [InlineData("GET", "/api/uids/%01")]
    [InlineData("GET", "/api/count?group=")]
    [InlineData("DELETE", "/api/uids/%01")]
    public async Task A_bad_name_is_400(string method, string path) =>
        (
            await api.Http.AskAsync(
                new HttpMethod(method),
                path,
                method == "POST" ? ApiRequests.Json("1") : null
            )
        ).ShouldBeProblem(400);

    [Theory]
    [InlineData("%ZZ")]
    [InlineData("a%2")]
    public async Task A_malformed_escape_is_400(string segment)
    {
        await using TextBackend socket = await TextBackend.ConnectAsync(api.Server.Http);

        await socket.SendAsync(
            $"GET /api/uids/{segment} HTTP/1.1\r\nHost: {api.Server.Http}\r\n\r\n"
        );

        (await socket.ReadLineAsync()).Should().StartWith("HTTP/1.1 400 ");
    }

    [Theory]
    [InlineData(256, 200)]
    [InlineData(257, 400)]
    public async Task A_uid_has_up_to_256_bytes(int length, int status) =>
        (await api.Http.AskAsync(HttpMethod.Get, $"/api/uids/{new string('u', length)}"))
            .Status.Should()
            .Be(status);

    [Fact]
    public async Task A_reason_that_fits_no_close_frame_is_400() =>
        (
            await api.Http.AskAsync(HttpMethod.Delete, $"/api/uids/a?reason={new string('x', 124)}")
        ).ShouldBeProblem(400);

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task A_bad_idempotency_key_is_400(string key) =>
        (await api.Http.PostAsync("/api/push/a", "1", ("Idempotency-Key", key))).ShouldBeProblem(
            400
        );

    [Theory]
    [InlineData("/api/push/a", null)]
    [InlineData("/api/push/a", "text/plain")]
    [InlineData("/api/push/a", "application/x-www-form-urlencoded")]
    [InlineData("/api/push/a", "application/x-ndjson")]
    [InlineData("/api/push/a", "application/json; charset=latin1")]
    [InlineData("/api/broadcast", "text/json")]
    [InlineData("/api/groups/g", "multipart/form-data; boundary=x")]
    [InlineData("/api/commands", "text/plain")]
    [InlineData("/api/commands", null)]
    public async Task Another_content_type_is_415(string path, string? type) =>
        (
            await api.Http.AskAsync(
                HttpMethod.Post,
                path,
                ApiRequests.Bytes("""{"uid":"a"}"""u8.ToArray(), type)
            )
        ).ShouldBeProblem(415);

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/JSON;charset=\"UTF-8\"")]
    public async Task The_content_type_may_name_UTF8(string type) =>
        (
            await api.Http.AskAsync(
                HttpMethod.Post,
                "/api/push/nobody",
                ApiRequests.Bytes("1"u8.ToArray(), type)
            )
        )
            .Status.Should()
            .Be(200);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_long_is_413(bool chunked)
    {
        string json = $"\"{new string('x', 4095)}\"";

        ApiAnswer answer = await api.Http.AskAsync(
            HttpMethod.Post,
            "/api/push/a",
            ApiRequests.Json(json),
            chunked ? [("Transfer-Encoding", "chunked")] : []
        );

        answer.ShouldBeProblem(413);
        answer.Body.Should().Contain("4096 bytes");
    }

    [Fact]
    public async Task A_body_over_the_web_servers_own_limit_is_413_before_it_is_sent()
    {
        await using TextBackend socket = await TextBackend.ConnectAsync(api.Server.Http);

        await socket.SendAsync(
            $"POST /api/push/a HTTP/1.1\r\nHost: {api.Server.Http}\r\nContent-Type: application/json\r\nContent-Length: 99000000000\r\n\r\n"
        );

        (await socket.ReadLineAsync()).Should().StartWith("HTTP/1.1 413 ");
        string type;
        while (
            !(type = await socket.ReadLineAsync()).StartsWith(
                "Content-Type",
                StringComparison.Ordinal
            )
        ) { }
        type.Should().Be("Content-Type: application/problem+json\r");
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "https://app.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Host", "elsewhere.example")]
    public async Task A_foreign_page_is_403_on_every_path(string header, string value)
    {
        (HttpMethod, string)[] operations =
        [
            (HttpMethod.Post, "/api/push/a"),
            (HttpMethod.Post, "/api/broadcast"),
            (HttpMethod.Post, "/api/groups/g"),
            (HttpMethod.Post, "/api/commands"),
            (HttpMethod.Put, "/api/groups/g/uids/a"),
            (HttpMethod.Delete, "/api/groups/g/uids/a"),
            (HttpMethod.Get, "/api/uids/a"),
            (HttpMethod.Delete, "/api/uids/a"),
            (HttpMethod.Get, "/api/count"),
        ];
        foreach ((HttpMethod method, string path) in operations)
        {
            ApiAnswer answer = await api.Http.AskAsync(
                method,
                path,
                method == HttpMethod.Post ? ApiRequests.Json("""{"uid":"a"}""") : null,
                (header, value)
            );
            answer.ShouldBeProblem(403);
        }
    }

    [Fact]
    public async Task A_page_of_the_port_itself_and_a_typed_address_may_come_in()
    {
        string own = api.Server.HttpUrl.GetLeftPart(UriPartial.Authority);

        (
            await api.Http.PostAsync(
                "/api/push/nobody",
                "1",
                ("Origin", own),
                ("Sec-Fetch-Site", "same-origin")
            )
        )
            .Status.Should()
            .Be(200);
        (await api.Http.AskAsync(HttpMethod.Get, "/api/count", null, ("Sec-Fetch-Site", "none")))
            .Status.Should()
            .Be(200);
    }

    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/api", 404)]
    [InlineData("POST", "/api/push", 404)]
    [InlineData("POST", "/api/push/a/b", 404)]
    [InlineData("GET", "/api/push/a", 405)]
    [InlineData("GET", "/api/commands", 405)]
    [InlineData("POST", "/api/count", 405)]
    [InlineData("OPTIONS", "/api/push/a", 405)]
    public async Task Another_path_or_method_is_a_problem_too(
        string method,
        string path,
        int status
    ) => (await api.Http.AskAsync(new HttpMethod(method), path)).ShouldBeProblem(status);

    [Fact]
    public async Task The_clients_port_has_no_API()
    {
        using HttpClient clients = new() { BaseAddress = api.Server.ClientsUrl };

        (await clients.PostAsync("/api/push/a", "1")).Status.Should().Be(404);
        (await clients.AskAsync(HttpMethod.Get, "/openapi/v1.json")).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_draining_server_answers_503()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        server.Services.GetRequiredService<AdmissionGate>().BeginDrain();

        (await http.PostAsync("/api/push/a", "1")).ShouldBeProblem(503);
        using HttpResponseMessage response = await http.GetAsync("/api/count");
        response.Headers.RetryAfter!.Delta.Should().BePositive();
    }

    [Fact]
    public async Task A_batch_takes_no_idempotency_key() =>
        (await api.Http.PostAsync("/api/commands", "1", ("Idempotency-Key", "k"))).ShouldBeProblem(
            400
        );
}
