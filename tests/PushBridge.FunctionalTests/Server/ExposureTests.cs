using System.Net;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Server;

/// <summary>A port that strangers reach and that lets everybody in keeps the server from starting; the message says what would.</summary>
public sealed class ExposureTests
{
    private const string Secret = "PushBridge:Backends:Secrets:0";
    private const string Token = "PushBridge:Clients:Authentication:Mode=Token";

    private static readonly string[] Loopback =
    [
        "--clients",
        "127.0.0.1:0",
        "--text",
        "127.0.0.1:0",
        "--http",
        "127.0.0.1:0",
    ];

    [Theory]
    [InlineData("--clients", "0.0.0.0:0", "PushBridge:Clients:Listen", Token)]
    [InlineData("--clients", "[::]:0", "PushBridge:Clients:Listen", Token)]
    [InlineData("--text", "0.0.0.0:0", "PushBridge:Text:Listen", Secret)]
    [InlineData("--text", "[::]:0", "PushBridge:Text:Listen", Secret)]
    [InlineData("--text", "192.0.2.1:0", "PushBridge:Text:Listen", Secret)]
    [InlineData("--http", "0.0.0.0:0", "PushBridge:Http:Listen", Secret)]
    [InlineData("--http", "[::]:0", "PushBridge:Http:Listen", Secret)]
    public async Task A_port_that_lets_everybody_in_stays_on_loopback(
        string option,
        string address,
        string setting,
        string cure
    )
    {
        var (code, output, errors) = await ServerProcess.RunAsync(Listening((option, address)));

        code.Should().Be(78);
        errors
            .Should()
            .StartWith($"pushbridge: {setting}: ")
            .And.Contain(cure)
            .And.Contain("--insecure");
        errors.Split('\n').Should().ContainSingle();
        output.Should().BeEmpty("nothing listened");
    }

    [Fact]
    public async Task All_problems_are_one_line_each()
    {
        var (code, _, errors) = await ServerProcess.RunAsync(
            Listening(("--text", "0.0.0.0:0"), ("--http", "0.0.0.0:0")),
            [("PushBridge__Queue__MaxBytes", "0")]
        );

        code.Should().Be(78);
        errors
            .Split('\n')
            .Select(line => line["pushbridge: ".Length..].Split(": ")[0])
            .Should()
            .BeEquivalentTo(
                "PushBridge:Text:Listen",
                "PushBridge:Http:Listen",
                "PushBridge:Queue:MaxBytes"
            );
    }

    [Theory]
    [InlineData("PushBridge__Backends__Secrets__0", "too-short", "PushBridge:Backends:Secrets:0")]
    [InlineData(
        "PushBridge__Backends__SecretsFile",
        "/nowhere/secrets",
        "PushBridge:Backends:SecretsFile"
    )]
    public async Task A_bad_secret_is_named_and_not_shown(
        string variable,
        string value,
        string setting
    )
    {
        var (code, output, errors) = await ServerProcess.RunAsync(Listening(), [(variable, value)]);

        code.Should().Be(78);
        errors
            .Split('\n')
            .Should()
            .ContainSingle()
            .Which.Should()
            .StartWith($"pushbridge: {setting}: ");
        (output + errors).Should().NotContain("too-short");
    }

    [Theory]
    [InlineData("Clients", "--clients")]
    [InlineData("Text", "--text")]
    [InlineData("Http", "--http")]
    public async Task Files_of_certificates_that_cannot_be_used_are_named_by_their_option(
        string port,
        string option
    )
    {
        using var certificate = new TestCertificate();
        string prefix = $"PushBridge__{port}__";

        var (code, output, errors) = await ServerProcess.RunAsync(
            Listening((option, "0.0.0.0:0")),
            [
                ($"{prefix}Certificate__Path", certificate.Path),
                ($"{prefix}Certificate__KeyPath", certificate.AuthorityPath),
                ($"{prefix}ClientCertificateAuthority", "/nowhere/authority.pem"),
            ]
        );

        code.Should().Be(78);
        errors
            .Split('\n')
            .Select(line => line["pushbridge: ".Length..].Split(": ")[0])
            .Should()
            .BeEquivalentTo(
                $"PushBridge:{port}:Certificate:KeyPath",
                $"PushBridge:{port}:ClientCertificateAuthority"
            );
        output.Should().BeEmpty("nothing listened");
    }

    [Fact]
    public async Task With_mutual_TLS_all_ports_may_listen_everywhere()
    {
        using var certificate = new TestCertificate();
        (string, string)[] environment =
        [
            .. new[] { "Clients", "Text", "Http" }
                .SelectMany(certificate.MutualSettingsOf)
                .Select(setting => setting.Split('='))
                .Select(parts =>
                    (
                        "PushBridge__" + parts[0].Replace(":", "__", StringComparison.Ordinal),
                        parts[1]
                    )
                ),
        ];
        await using var server = await ServerProcess.StartAsync(
            Listening(("--clients", "0.0.0.0:0"), ("--text", "0.0.0.0:0"), ("--http", "0.0.0.0:0")),
            environment
        );
        await BannerAsync(server);
        server
            .Output.Should()
            .MatchRegex(@"(?m)^  text +tls://0\.0\.0\.0:\d+$")
            .And.Contain("Whoever has a client certificate")
            .And.MatchRegex(@"openssl s_client .* -cert CLIENT\.pem -key CLIENT\.key");
        server.HttpUrl.Scheme.Should().Be("https");
        await using var backend = await TextBackend.ConnectTlsAsync(
            new IPEndPoint(IPAddress.Loopback, server.Text.Port),
            certificate.Client()
        );
        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");

        await backend.SendAsync(
            string.Concat(Enumerable.Repeat("""{"$cmd":"ping"}""" + "\n", 1_000))
        );
        (await backend.ReadLineAsync()).Should().Be("ok");
        await server.TerminateAsync();

        (await backend.ReadToEndAsync())
            .Should()
            .Be(string.Concat(Enumerable.Repeat("ok\n", 999)), "what has arrived is answered");
        (await server.ExitCodeAsync()).Should().Be(0);
        server.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Insecure_on_loopback_is_nothing_to_warn_of()
    {
        await using var server = await ServerProcess.StartAsync("--insecure");

        await BannerAsync(server);
        server.Output.Should().NotContain("insecure").And.Contain("Anybody on this machine");
    }

    [Fact]
    public async Task The_banner_shows_how_to_push_with_a_secret_but_not_the_secret()
    {
        const string secret = "a-secret-of-the-backends";
        await using var server = await ServerProcess.StartAsync(
            Loopback,
            [("PushBridge__Backends__Secrets__0", secret)]
        );

        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync($$"""{"$cmd":"auth","secret":"{{secret}}"}""")).Should().Be("ok");
        await BannerAsync(server);
        server
            .Output.Should()
            .Contain("""'{"$cmd":"auth","secret":"YOUR SECRET"}' '{"uid":"uid1",""")
            .And.Contain("Whoever has a secret")
            .And.NotContain(secret);
    }

    private static Task BannerAsync(ServerProcess server) =>
        PushBridgeServer.EventuallyAsync(
            () => server.Output.Contains("Ctrl+C stops", StringComparison.Ordinal),
            "the banner's last line"
        );

    private static string[] Listening(params (string Option, string Address)[] changes)
    {
        string[] arguments = [.. Loopback];
        foreach ((string option, string address) in changes)
        {
            arguments[Array.IndexOf(arguments, option) + 1] = address;
        }
        return arguments;
    }
}
