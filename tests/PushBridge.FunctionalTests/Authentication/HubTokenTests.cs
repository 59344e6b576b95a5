using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.SignalR.Client;
using PushBridge.FunctionalTests.Doors;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Authentication;

public sealed class HubTokenTests(TokenServer fixture) : IClassFixture<TokenServer>
{
    private PushBridgeServer Server => fixture.Server;

    [Fact]
    public async Task A_token_in_the_query_is_who_a_hub_client_is()
    {
        await using HubClient client = await HubClient.ConnectWithTokenAsync(
            Server.ClientsUrl,
            TestTokens.For("hub")
        );
        await Server.WaitForUidAsync("hub");
        await using TextBackend backend = await TextBackend.ConnectAsync(Server.Text);

        (await backend.AskAsync("""{"uid":"hub","n":1}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"hub","n":1}""");
    }

    [Theory]
    [InlineData("LongPolling")]
    [InlineData("ServerSentEvents")]
    public async Task A_token_is_who_a_client_of_the_fallback_transports_is(string transport)
    {
        string identity = $"access_token={TestTokens.For(transport)}";
        await using IHubTransport client =
            transport == "LongPolling"
                ? await LongPollingTransport.OpenAsync(Server.ClientsUrl, identity)
                : await ServerSentEventsTransport.OpenAsync(Server.ClientsUrl, identity);
        await Server.WaitForUidAsync(transport);
    }

    [Fact]
    public async Task A_plain_uid_does_not_count()
    {
        await using HubClient client = await HubClient.ConnectAsync(Server.ClientsUrl, "admin");

        (await client.Closed)!.Message.Should().Contain("4401 bad token");
        await Server.WaitForUidAsync("admin", 0);
    }

    [Theory]
    [InlineData("query", true, HttpStatusCode.OK)]
    [InlineData("query", false, HttpStatusCode.Unauthorized)]
    [InlineData("header", true, HttpStatusCode.OK)]
    [InlineData("header", false, HttpStatusCode.Unauthorized)]
    [InlineData("none", true, HttpStatusCode.OK)]
    public async Task A_bad_token_is_refused_where_a_client_negotiates(
        string where,
        bool good,
        HttpStatusCode status
    )
    {
        using HttpClient http = new();
        string token = good ? TestTokens.For("negotiator") : TestTokens.For("negotiator", -10);
        using HttpRequestMessage request = new(
            HttpMethod.Post,
            new Uri(
                Server.ClientsUrl,
                "/hub/negotiate?negotiateVersion=1"
                    + (where == "query" ? $"&access_token={token}" : "")
            )
        );
        request.Headers.Authorization =
            where == "header" ? new AuthenticationHeaderValue("Bearer", token) : null;

        using HttpResponseMessage response = await http.SendAsync(
            request,
            TestContext.Current.CancellationToken
        );

        response.StatusCode.Should().Be(status);
        response
            .Headers.WwwAuthenticate.Select(header => header.Scheme)
            .Should()
            .BeEquivalentTo(good ? Array.Empty<string>() : ["Bearer"]);
    }

    [Fact]
    public async Task A_client_may_show_its_token_once_it_is_connected()
    {
        await using HubClient client = await HubClient.ConnectAsync(Server.ClientsUrl);
        await client.Connection.InvokeAsync(
            "Register",
            TestTokens.For("later"),
            TestContext.Current.CancellationToken
        );

        await Server.WaitForUidAsync("later");
    }

    [Fact]
    public async Task A_renewed_connection_outlives_its_first_token()
    {
        await using HubClient client = await HubClient.ConnectWithTokenAsync(
            Server.ClientsUrl,
            TestTokens.For("renewed", seconds: 2)
        );
        await using HubClient other = await HubClient.ConnectWithTokenAsync(
            Server.ClientsUrl,
            TestTokens.For("not renewed", seconds: 2)
        );
        (
            await client.Connection.InvokeAsync<bool>(
                "Renew",
                TestTokens.For("renewed", seconds: 60),
                TestContext.Current.CancellationToken
            )
        )
            .Should()
            .BeTrue();

        await PushBridgeServer.EventuallyAsync(
            () => other.Reconnects > 0,
            "the end of the token that was not renewed"
        );
        client.Reconnects.Should().Be(0);
        await Server.WaitForUidAsync("renewed");
    }

    [Fact]
    public async Task A_bad_token_ends_a_connection_that_was_good()
    {
        foreach (string token in new[] { "x", TestTokens.For("somebody else") })
        {
            await using HubClient client = await HubClient.ConnectWithTokenAsync(
                Server.ClientsUrl,
                TestTokens.For("unlucky")
            );
            await Server.WaitForUidAsync("unlucky");
            await client.Connection.SendAsync(
                "Renew",
                token,
                TestContext.Current.CancellationToken
            );

            (await client.Closed)!.Message.Should().Contain("4401 bad token");
            await Server.WaitForUidAsync("unlucky", 0);
        }
    }
}
