using Microsoft.Extensions.Options;
using PushBridge.Hosting;
using PushBridge.Hosting.Listeners;
using PushBridge.Hosting.Options;

namespace PushBridge.Tests.Hosting;

public sealed class ExposureTests
{
    private const string Secret = "a-secret-of-the-backends";

    private readonly ClientOptions clients = new() { HasOwnListener = true };
    private readonly TextOptions text = new();
    private readonly HttpOptions http = new();
    private readonly BackendOptions backends = new();
    private readonly ServerOptions server = new();

    [Fact]
    public void Problems_TheDefaults_AreNone() => Problems().Should().BeEmpty();

    [Theory]
    [InlineData("127.0.0.1:0", true)]
    [InlineData("127.3.2.1:0", true)]
    [InlineData("localhost:0", true)]
    [InlineData("[::1]:0", true)]
    [InlineData("0.0.0.0:0", false)]
    [InlineData("[::]:0", false)]
    [InlineData("192.0.2.1:0", false)]
    [InlineData("10.0.0.1:0", false)]
    public void Problems_ABackendPort_IsSafeOnLoopback(string listen, bool safe)
    {
        text.Listen = listen;
        http.Listen = listen;

        Sections().Should().Equal(safe ? [] : ["PushBridge:Text:Listen", "PushBridge:Http:Listen"]);
    }

    [Theory]
    [InlineData(ClientAuthenticationMode.Open, false)]
    [InlineData(ClientAuthenticationMode.Token, true)]
    [InlineData(ClientAuthenticationMode.Webhook, true)]
    public void Problems_TheClientsPort_MustKnowItsClients(ClientAuthenticationMode mode, bool safe)
    {
        clients.Listen = "0.0.0.0:0";
        clients.Authentication.Mode = mode;

        Sections().Should().Equal(safe ? [] : ["PushBridge:Clients:Listen"]);
    }

    [Fact]
    public void Problems_ASecret_ClosesBothPorts()
    {
        text.Listen = http.Listen = "0.0.0.0:0";
        backends.Secrets.Add(Secret);

        Problems().Should().BeEmpty();
    }

    [Fact]
    public void Problems_MutualTls_ClosesThePortThatHasIt()
    {
        clients.Listen = text.Listen = http.Listen = "0.0.0.0:0";
        clients.ClientCertificateAuthority = text.ClientCertificateAuthority = "authority.pem";

        Sections().Should().Equal("PushBridge:Http:Listen");
    }

    [Fact]
    public void Problems_TlsAlone_ClosesNothing()
    {
        text.Listen = http.Listen = "0.0.0.0:0";
        text.Certificate.Path = http.Certificate.Path = "certificate.pem";

        Sections().Should().Equal("PushBridge:Text:Listen", "PushBridge:Http:Listen");
    }

    [Fact]
    public void Problems_FurtherListeners_AreHeldToTheSameRulesByTheirOwnPaths()
    {
        server.Listeners["safe"] = Further(ListenerProtocol.Http, "127.0.0.1:0");
        server.Listeners["a"] = Further(ListenerProtocol.Clients, "0.0.0.0:0");
        server.Listeners["b"] = Further(ListenerProtocol.Text, "192.0.2.1:0");
        server.Listeners["c"] = Further(ListenerProtocol.Http, "[::]:0");
        server.Listeners["mutual"] = Further(ListenerProtocol.Text, "[::]:0");
        server.Listeners["mutual"].ClientCertificateAuthority = "authority.pem";
        server.Listeners["file"] = Further(ListenerProtocol.Text, "unix:/run/push.sock");

        Sections()
            .Should()
            .Equal(
                "PushBridge:Listeners:a:Listen",
                "PushBridge:Listeners:b:Listen",
                "PushBridge:Listeners:c:Listen"
            );
        Problems()[1]
            .Should()
            .Contain(
                "or PushBridge:Listeners:b:Certificate and PushBridge:Listeners:b:ClientCertificateAuthority,"
            );
    }

    [Fact]
    public void Problems_AnApplicationWithListenersOfItsOwn_HasOurTextPortOnly()
    {
        clients.HasOwnListener = false;
        clients.Listen = text.Listen = http.Listen = "0.0.0.0:0";

        Sections().Should().Equal("PushBridge:Text:Listen");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Validate_Insecure_IsTheOperatorsWord(bool insecure)
    {
        text.Listen = "0.0.0.0:0";

        server.Insecure = insecure;

        ValidateOptionsResult result = new ExposureRule(Exposure()).Validate(null, server);

        result.Succeeded.Should().Be(insecure);
        if (!insecure)
        {
            result
                .Failures.Should()
                .ContainSingle()
                .Which.Should()
                .Be(
                    "PushBridge:Text:Listen: anybody who reaches 0.0.0.0:0 could push. Set PushBridge:Backends:Secrets:0 (16 random characters or more) or PushBridge:Backends:SecretsFile, or PushBridge:Text:Certificate and PushBridge:Text:ClientCertificateAuthority, or listen on 127.0.0.1. If something else keeps strangers out: PushBridge:Insecure=true (--insecure)"
                );
        }
    }

    private static ListenerOptions Further(ListenerProtocol protocol, string listen) =>
        new() { Protocol = protocol, Listen = listen };

    private IEnumerable<string> Sections() => Problems().Select(problem => problem.Split(": ")[0]);

    private IReadOnlyList<string> Problems() => Exposure().Problems(server);

    private Exposure Exposure() =>
        new(
            new ListenerPlans(Options.Create(clients), Options.Create(text), Options.Create(http)),
            Options.Create(clients),
            Options.Create(backends)
        );
}
