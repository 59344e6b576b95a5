using System.Net.WebSockets;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Rfc6455;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>A clients' port that wants certificates: whoever has none does not get as far as a request.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestCertificate certificate = new();
    private readonly TestCertificate foreign = new();

    public void Dispose()
    {
        certificate.Dispose();
        foreign.Dispose();
    }

    [Fact]
    public async Task A_client_with_a_certificate_of_the_authority_is_served()
    {
        await using var server = await StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        using var client = await ConnectAsync(server, certificate.Client());

        await client.SendAsync("uid1"u8.ToArray(), WebSocketMessageType.Text, true, default);
        await server.WaitForUidAsync("uid1");
        await backend.PushAsync("""{"uid":"uid1"}""");

        var buffer = new byte[64];
        var message = await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        System
            .Text.Encoding.UTF8.GetString(buffer, 0, message.Count)
            .Should()
            .Be("""{"uid":"uid1"}""");
    }

    [Fact]
    public async Task Any_other_is_refused_in_the_handshake()
    {
        await using var server = await StartAsync();

        foreach (
            var shown in new[]
            {
                null,
                foreign.Client(),
                certificate.Client(expired: true),
                certificate.ServerAsClient(),
            }
        )
        {
            var connect = () => ConnectAsync(server, shown);
            await connect.Should().ThrowAsync<WebSocketException>();
        }
    }

    [Fact]
    public async Task A_certificate_does_not_stand_for_a_token()
    {
        await using var server = await StartAsync(
            "Clients:Authentication:Mode=Token",
            "Clients:Authentication:Token:Keys:0:Secret=0123456789abcdef0123456789abcdef"
        );
        using var client = await ConnectAsync(server, certificate.Client());

        await client.SendAsync("uid1"u8.ToArray(), WebSocketMessageType.Text, true, default);

        var end = await client.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken);
        end.MessageType.Should().Be(WebSocketMessageType.Close);
        ((int?)client.CloseStatus).Should().Be(4401);
    }

    private async Task<ClientWebSocket> ConnectAsync(
        PushBridgeServer server,
        TestClientCertificate? shown
    )
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(certificate.Handler(shown));
        await socket.ConnectAsync(
            new UriBuilder(server.ClientsUrl) { Scheme = "wss" }.Uri,
            invoker,
            deadline.Token
        );
        return socket;
    }

    private Task<PushBridgeServer> StartAsync(params string[] settings) =>
        PushBridgeServer.StartAsync([.. certificate.MutualSettingsOf("Clients"), .. settings]);
}
