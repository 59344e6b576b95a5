using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Text;

/// <summary>A web page can make a browser send HTTP to any port: none of it may become a push.</summary>
public sealed class FirstByteTests
{
    private const string Push = """{"uid":"uid1","n":"from a web page"}""";

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    public async Task An_HTTP_request_relays_nothing(string method)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://{server.Text}/")
        {
            Content = new StringContent($"\n{Push}\n{Push}\n", Encoding.UTF8, "text/plain"),
        };

        var send = () => http.SendAsync(request);

        await send.Should().ThrowAsync<HttpRequestException>("the answer is no HTTP");
        await AssertNothingArrived(server, client);
    }

    [Fact]
    public async Task A_TLS_hello_relays_nothing()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Text);
        await using var tls = new SslStream(tcp.GetStream());

        var handshake = () =>
            tls.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(10));

        await handshake.Should().ThrowAsync<IOException>();
        await AssertNothingArrived(server, client);
    }

    [Theory]
    [InlineData("G")]
    [InlineData("A")]
    [InlineData("Z")]
    [InlineData("\u0000")]
    [InlineData("\u0001")]
    [InlineData("\u0016")]
    [InlineData("\u001f")]
    [InlineData("\u000b")]
    [InlineData("\u007f")]
    public async Task The_first_byte_alone_ends_the_connection_with_fail(string first)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync(first);

        (await backend.ReadToEndAsync()).Should().Be("fail\n");
    }

    [Fact]
    public async Task Commands_behind_a_foreign_first_byte_are_discarded()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync($"GET / HTTP/1.1\r\n\r\n{Push}\n{Push}\n");

        (await backend.ReadToEndAsync())
            .Should()
            .Be("fail\n", "one fail for the connection, not one for each line");
        await AssertNothingArrived(server, client);
    }

    [Theory]
    [InlineData("\t")]
    [InlineData(" ")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task White_space_may_come_first(string first)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync(first + Push + "\n");
        backend.HalfClose();

        var emptyLine = first.EndsWith('\n');
        (await backend.ReadToEndAsync()).Should().Be(emptyLine ? "fail\nok\n" : "ok\n");
        (await client.NextAsync()).Should().Be(emptyLine ? Push : first + Push);
    }

    [Fact]
    public async Task The_rule_is_about_the_connection_s_first_byte_only()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("{}")).Should().Be("fail");
        (await backend.AskAsync("GET / HTTP/1.1")).Should().Be("fail");
        (await backend.AskAsync(Push)).Should().Be("ok");
    }

    private static async Task AssertNothingArrived(PushBridgeServer server, RawClient client)
    {
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"uid":"uid1","n":"marker"}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","n":"marker"}""");
    }
}
