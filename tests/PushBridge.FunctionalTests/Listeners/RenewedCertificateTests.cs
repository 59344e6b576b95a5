using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Listeners;

/// <summary>Certificates are renewed under the server's feet, as those of a public authority are every few weeks.</summary>
public sealed class RenewedCertificateTests
{
    [Fact]
    public async Task Every_port_shows_the_new_one_and_nobody_is_disconnected()
    {
        using TestCertificate certificate = new();
        await using PushBridgeServer server = await PushBridgeServer.StartAsync([
            .. certificate.SettingsOf("Clients"),
            .. certificate.SettingsOf("Text"),
            .. certificate.SettingsOf("Http"),
        ]);
        IPEndPoint[] ports = [server.Clients, server.Text, server.Http];
        await using TextBackend backend = await TextBackend.ConnectTlsAsync(server.Text);
        string[] before = await Task.WhenAll(ports.Select(ShownAsync));

        certificate.Renew();
        foreach (IPEndPoint port in ports)
        {
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
            while (await ShownAsync(port) != certificate.Serial)
            {
                await Task.Delay(100, deadline.Token);
            }
        }

        before.Should().OnlyContain(serial => serial != certificate.Serial);
        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
        server
            .Logs.Where(line => line.Message.Contains("has a new certificate"))
            .Should()
            .HaveCount(3);
    }

    private static async Task<string> ShownAsync(IPEndPoint port)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(port);
        await using SslStream stream = new(new NetworkStream(socket));
        string serial = "";
#pragma warning disable CA5359 // Which certificate it is, is the question.
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    serial = shown!.GetSerialNumberString();
                    return true;
                },
            }
        );
#pragma warning restore CA5359
        return serial;
    }
}
