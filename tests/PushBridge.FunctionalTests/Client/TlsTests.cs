using System.Security.Cryptography.X509Certificates;
using PushBridge.Client;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Client;

/// <summary>The .NET client over TLS, to the real server.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificate certificate = new();
    private readonly TestCertificate foreign = new();

    public void Dispose()
    {
        certificate.Dispose();
        foreign.Dispose();
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Pushes_arrive_in_order_and_the_end_loses_none(string host)
    {
        const int pushes = 2_000;
        await using var server = await StartAsync(certificate.SettingsOf("Text"));
        await using var client = await RawClient.JoinAsync(server, "a");
        Task<PushResult>[] results;
        await using (var push = new PushClient(Options(server, host)))
        {
            (await push.PingAsync()).Ok.Should().BeTrue();
            results = [.. Enumerable.Range(0, pushes).Select(n => push.PushAsync("a", n).AsTask())];
        }

        (await Task.WhenAll(results)).Should().OnlyContain(result => result.Delivered);
        (await client.NextAsync(pushes))
            .Should()
            .Equal(Enumerable.Range(0, pushes).Select(n => n.ToString()));
    }

    [Fact]
    public async Task A_server_that_nobody_vouches_for_gets_nothing()
    {
        await using var server = await StartAsync(certificate.SettingsOf("Text"));
        var options = Options(server);
        options.CertificateAuthority = foreign.AuthorityPath;
        await using var push = new PushClient(options);
        var bySystem = Options(server);
        bySystem.CertificateAuthority = null;
        await using var second = new PushClient(bySystem);

        (await push.PushAsync("a", 1)).Reason.Should().Be(PushReason.NotSent);
        (await second.PushAsync("a", 1)).Reason.Should().Be(PushReason.NotSent);
    }

    [Fact]
    public async Task Its_certificate_opens_a_server_that_asks_for_one()
    {
        await using var server = await StartAsync(certificate.MutualSettingsOf("Text"));
        var shown = certificate.Client();
        var options = Options(server);
        options.ClientCertificate = shown.Path;
        options.ClientCertificateKey = shown.KeyPath;
        await using var push = new PushClient(options);
        var without = Options(server);
        without.ConnectPipeline = Polly.ResiliencePipeline.Empty;
        await using var stranger = new PushClient(without);

        (await push.PingAsync()).Ok.Should().BeTrue();
        (await stranger.PingAsync()).Reason.Should().Be(PushReason.NotSent);
    }

    [Fact]
    public async Task An_application_may_say_how_TLS_is_made()
    {
        await using var server = await StartAsync(certificate.MutualSettingsOf("Text"));
        var options = Options(server);
        using X509Certificate2 shown = certificate.Client().Load();
        options.ConfigureTls = tls => tls.ClientCertificates = [shown];
        await using var push = new PushClient(options);

        (await push.PingAsync()).Ok.Should().BeTrue();
    }

    [Fact]
    public void Files_that_cannot_be_used_are_named_at_once()
    {
        var make = () =>
            new PushClient(
                new PushClientOptions { CertificateAuthority = "/nowhere/authority.pem" }
            );

        make.Should().Throw<ArgumentException>().WithMessage("*/nowhere/authority.pem*");
    }

    private PushClientOptions Options(PushBridgeServer server, string host = "localhost") =>
        new()
        {
            Address = $"tls://{host}:{server.Text.Port}",
            CertificateAuthority = certificate.AuthorityPath,
        };

    private static Task<PushBridgeServer> StartAsync(string[] settings) =>
        PushBridgeServer.StartAsync(settings);
}
