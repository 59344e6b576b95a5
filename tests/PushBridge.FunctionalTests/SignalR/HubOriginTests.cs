using System.Net;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.SignalR;

/// <summary>What a browser asks before it lets a page of another origin negotiate, and what it is told.</summary>
public sealed class HubOriginTests
{
    private const string Friend = "https://app.example.com";

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_negotiate()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            $"Clients:AllowedOrigins:0={Friend}"
        );

        HttpResponseMessage asked = await SendAsync(server, HttpMethod.Options, Friend);
        HttpResponseMessage negotiated = await SendAsync(server, HttpMethod.Post, Friend);

        asked.StatusCode.Should().Be(HttpStatusCode.NoContent);
        Header(asked, "Access-Control-Allow-Headers").Should().Be("x-signalr-user-agent");
        Header(asked, "Access-Control-Allow-Methods").Should().Contain("POST");
        negotiated.StatusCode.Should().Be(HttpStatusCode.OK);
        foreach (HttpResponseMessage response in new[] { asked, negotiated })
        {
            Header(response, "Access-Control-Allow-Origin").Should().Be(Friend);
            Header(response, "Access-Control-Allow-Credentials").Should().Be("true");
            Header(response, "Vary").Should().Be("Origin");
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("https://app.example.com.evil.example")]
    public async Task A_page_of_a_foreign_origin_is_refused_and_permitted_nothing(string origin)
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            $"Clients:AllowedOrigins:0={Friend}"
        );

        foreach (HttpMethod method in new[] { HttpMethod.Options, HttpMethod.Post })
        {
            HttpResponseMessage response = await SendAsync(server, method, origin);

            response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            response.Headers.Should().NotContain(header => header.Key.StartsWith("Access-Control"));
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        PushBridgeServer server,
        HttpMethod method,
        string origin
    )
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(
            method,
            new Uri(server.ClientsUrl, "/hub/negotiate?negotiateVersion=1&uid=a")
        );
        request.Headers.TryAddWithoutValidation("Origin", origin);
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "x-signalr-user-agent");
        }
        return await http.SendAsync(request);
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values)
            ? string.Join(',', values)
            : "";
}
