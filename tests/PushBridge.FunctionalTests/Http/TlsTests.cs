using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Http;

/// <summary>The HTTP port over TLS, with and without client certificates.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Secret = "a-secret-of-the-backends";

    private readonly TestCertificate certificate = new();
    private readonly TestCertificate foreign = new();

    public void Dispose()
    {
        certificate.Dispose();
        foreign.Dispose();
    }

    [Fact]
    public async Task A_push_goes_through_it()
    {
        await using var server = await PushBridgeServer.StartAsync(certificate.SettingsOf("Http"));
        await using var client = await RawClient.JoinAsync(server, "uid1");
        using var http = Client(server, null);

        server.HttpUrl.Scheme.Should().Be("https");
        var answer = await http.PostAsync("/api/push/uid1", """{"n":1}""");
        answer.Status.Should().Be(200);
        (await client.NextAsync()).Should().Be("""{"n":1}""");
    }

    [Fact]
    public async Task A_certificate_of_the_authority_comes_in_and_no_other()
    {
        await using var server = await PushBridgeServer.StartAsync(
            certificate.MutualSettingsOf("Http")
        );

        (await StatusAsync(server, certificate.Client())).Should().Be(200);
        (await StatusAsync(server, certificate.ClientForAnything())).Should().Be(200);
        (await StatusAsync(server, null)).Should().BeNull();
        (await StatusAsync(server, foreign.Client())).Should().BeNull();
        (await StatusAsync(server, certificate.Client(expired: true))).Should().BeNull();
        (await StatusAsync(server, certificate.ServerAsClient())).Should().BeNull();
    }

    [Fact]
    public async Task With_secrets_either_is_enough()
    {
        await using var server = await PushBridgeServer.StartAsync([
            .. certificate.MutualSettingsOf("Http"),
            $"Backends:Secrets:0={Secret}",
        ]);

        (await StatusAsync(server, certificate.Client())).Should().Be(200);
        (await StatusAsync(server, null, Secret)).Should().Be(200);
        (await StatusAsync(server, null)).Should().Be(401);
        (await StatusAsync(server, null, "another-secret-of-theirs")).Should().Be(401);
        (await StatusAsync(server, foreign.Client(), Secret)).Should().BeNull();
    }

    [Fact]
    public async Task A_page_does_not_push_with_the_certificate_of_its_visitor()
    {
        await using var server = await PushBridgeServer.StartAsync(
            certificate.MutualSettingsOf("Http")
        );
        using var http = Client(server, certificate.Client());
        http.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");

        var answer = await http.PostAsync("/api/push/uid1", """{"n":1}""");

        answer.Status.Should().Be(403);
    }

    /// <summary>Null when the handshake fails.</summary>
    private async Task<int?> StatusAsync(
        PushBridgeServer server,
        TestClientCertificate? shown,
        string? secret = null
    )
    {
        using var http = Client(server, shown);
        if (secret is not null)
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        }
        try
        {
            using var answer = await http.GetAsync(new Uri("/api/count", UriKind.Relative));
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private HttpClient Client(PushBridgeServer server, TestClientCertificate? shown) =>
        new(certificate.Handler(shown)) { BaseAddress = server.HttpUrl };
}
