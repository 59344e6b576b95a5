using System.Text;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Http;

/// <summary>Each row of the table of PROTOCOL.md section 4.</summary>
public sealed class CommandApiTests(ApiServer api) : IClassFixture<ApiServer>
{
    private const string OneReached = """{"ok":true,"connections":1}""";
    private const string Offline = """{"ok":false,"reason":"offline"}""";

    [Theory]
    [InlineData("""{"x": 1.0, "t": "\u00fc \u2028 <b>"}""")]
    [InlineData("1.50")]
    [InlineData("null")]
    [InlineData("\"ü\"")]
    public async Task A_push_delivers_the_bodys_exact_bytes(string json)
    {
        string uid = $"bytes {json.Length}";
        await using RawClient client = await RawClient.JoinAsync(api.Server, uid);

        ApiAnswer answer = await api.Http.PostAsync(
            $"/api/push/{Uri.EscapeDataString(uid)}",
            $" \r\n\t{json}\n "
        );

        answer.IsReply(OneReached).Should().BeTrue(answer.ToString());
        (await client.NextAsync()).Should().Be(json);
    }

    [Fact]
    public async Task A_push_to_nobody_is_200_with_the_reason() =>
        (await api.Http.PostAsync("/api/push/nobody", "1"))
            .Should()
            .Be(new ApiAnswer(200, "application/json", Offline));

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("a%2fb", "a%252fb")]
    [InlineData("ü 你", "%C3%BC%20%E4%BD%A0")]
    [InlineData("a+b", "a+b")]
    [InlineData("a?b#c", "a%3Fb%23c")]
    [InlineData("%", "%25")]
    [InlineData("{uid}", "%7Buid%7D")]
    [InlineData("...", "...")]
    public async Task A_uid_in_the_path_is_its_own_bytes(string uid, string segment)
    {
        await using RawClient client = await RawClient.JoinAsync(api.Server, uid);

        (await api.Http.PostAsync($"/api/push/{segment}", "1")).Body.Should().Be(OneReached);
        (await api.Http.PostAsync($"/api/push/{segment}/?x=/y", "2")).Body.Should().Be(OneReached);
        (await api.Http.AskAsync(HttpMethod.Put, $"/api/groups/g%2F1/uids/{segment}"))
            .Body.Should()
            .Be(OneReached);
        (await api.Http.PostAsync("/api/groups/g%2F1", "3")).Body.Should().Be(OneReached);
        (await api.Http.AskAsync(HttpMethod.Delete, $"/api/groups/g%2F1/uids/{segment}"))
            .Body.Should()
            .Be(OneReached);

        (await client.NextAsync(3)).Should().Equal("1", "2", "3");
    }

    [Fact]
    public async Task A_broadcast_leaves_out_the_excepted()
    {
        await using RawClient a = await RawClient.JoinAsync(api.Server, "cast a");
        await using RawClient b = await RawClient.JoinAsync(api.Server, "cast b");

        ApiAnswer answer = await api.Http.PostAsync(
            "/api/broadcast?except=cast%20b&except=nobody",
            "\"to a\""
        );
        await api.Http.PostAsync("/api/push/cast%20b", "\"to b\"");

        answer.Body.Should().StartWith("""{"ok":true,"connections":""");
        (await a.NextAsync()).Should().Be("\"to a\"");
        (await b.NextAsync()).Should().Be("\"to b\"");
    }

    [Fact]
    public async Task A_group_is_joined_pushed_to_and_left()
    {
        await using RawClient a = await RawClient.JoinAsync(api.Server, "member a");
        await using RawClient b = await RawClient.JoinAsync(api.Server, "member b");
        await JoinAsync("member%20a");
        await JoinAsync("member%20b");

        (await api.Http.PostAsync("/api/groups/rows?except=member%20a", "1"))
            .Body.Should()
            .Be(OneReached);
        (await api.Http.AskAsync(HttpMethod.Get, "/api/count?group=rows"))
            .Body.Should()
            .Be("""{"ok":true,"connections":2,"uids":2}""");
        (await api.Http.AskAsync(HttpMethod.Delete, "/api/groups/rows/uids/member%20b"))
            .Body.Should()
            .Be(OneReached);
        (await api.Http.AskAsync(HttpMethod.Delete, "/api/groups/rows/uids/member%20b"))
            .Body.Should()
            .Be(Offline);
        (await api.Http.PostAsync("/api/groups/rows", "2")).Body.Should().Be(OneReached);

        (await a.NextAsync()).Should().Be("2");
        (await b.NextAsync()).Should().Be("1");
    }

    [Fact]
    public async Task A_uid_is_counted_and_kicked()
    {
        await using RawClient client = await RawClient.JoinAsync(api.Server, "kick me");

        (await api.Http.AskAsync(HttpMethod.Get, "/api/uids/kick%20me"))
            .Body.Should()
            .Be("""{"ok":true,"online":{"kick me":1}}""");
        (await api.Http.AskAsync(HttpMethod.Delete, "/api/uids/kick%20me?reason=b%C3%BCe+bye"))
            .Body.Should()
            .Be(OneReached);

        (await client.Closed).Should().Be((4411, "büe bye"));
        await api.Server.WaitForUidAsync("kick me", 0);
        (await api.Http.AskAsync(HttpMethod.Delete, "/api/uids/kick%20me"))
            .Body.Should()
            .Be(Offline);
    }

    [Fact]
    public async Task Count_has_connections_and_uids() =>
        (await api.Http.AskAsync(HttpMethod.Get, "/api/count"))
            .Body.Should()
            .MatchRegex("""^\{"ok":true,"connections":\d+,"uids":\d+\}$""");

    [Fact]
    public async Task An_idempotency_key_is_the_id_of_the_text_port()
    {
        await using RawClient client = await RawClient.JoinAsync(api.Server, "once");
        await using TextBackend backend = await TextBackend.ConnectAsync(api.Server.Text);

        (await backend.AskAsync("""{"$cmd":"push","uid":"once","data":1,"id":"k1"}"""))
            .Should()
            .Be("ok");
        foreach (string key in (string[])["k1", "\"k1\"", "k2", "k2"])
        {
            ApiAnswer answer = await api.Http.PostAsync(
                "/api/push/once",
                $"\"{key.Trim('"')}\"",
                ("Idempotency-Key", key)
            );
            answer.Body.Should().Be(OneReached);
        }
        await api.Http.PostAsync("/api/push/once", "3");

        (await client.NextAsync(3)).Should().Equal("1", "\"k2\"", "3");
    }

    [Fact]
    public async Task A_body_may_be_as_long_as_a_line_and_come_in_pieces()
    {
        await using RawClient client = await RawClient.JoinAsync(api.Server, "long");
        string json = $"\"{new string('x', 4094)}\"";
        using StreamContent chunked = new(
            new MemoryStream(Encoding.UTF8.GetBytes(json)),
            bufferSize: 100
        );
        chunked.Headers.ContentType = new("application/json");

        (await api.Http.PostAsync("/api/push/long", json)).Body.Should().Be(OneReached);
        (
            await api.Http.AskAsync(
                HttpMethod.Post,
                "/api/push/long",
                chunked,
                ("Transfer-Encoding", "chunked")
            )
        )
            .Body.Should()
            .Be(OneReached);

        (await client.NextAsync(2)).Should().OnlyContain(message => message == json);
    }

    [Fact]
    public async Task Every_kind_of_client_gets_it()
    {
        await using RawClient raw = await RawClient.JoinAsync(api.Server, "kinds");
        await using HubClientWire hub = await HubClientWire.ConnectAsync(
            api.Server.ClientsUrl,
            "?uid=kinds"
        );
        await api.Server.WaitForUidAsync("kinds", 2);

        (await api.Http.PostAsync("/api/push/kinds", "{\"n\": 1.0}"))
            .Body.Should()
            .Be("""{"ok":true,"connections":2}""");

        (await raw.NextAsync()).Should().Be("{\"n\": 1.0}");
    }

    private async Task JoinAsync(string segment) =>
        (await api.Http.AskAsync(HttpMethod.Put, $"/api/groups/rows/uids/{segment}"))
            .Body.Should()
            .Be(OneReached);
}
