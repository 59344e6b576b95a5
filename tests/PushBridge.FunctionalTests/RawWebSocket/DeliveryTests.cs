using System.Text;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Rfc6455;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>What a message looks like on the wire, plain and over TLS.</summary>
public sealed class DeliveryTests
{
    private const int OneMiB = 1024 * 1024;

    /// <summary>Line lengths around every change of the frame's length form, and both ends of what the port takes.</summary>
    private static readonly int[] Lengths =
    [
        11,
        12,
        64,
        124,
        125,
        126,
        127,
        128,
        4096,
        65534,
        65535,
        65536,
        65537,
        OneMiB - 1,
        OneMiB,
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_is_one_text_frame_of_the_exact_bytes(bool tls)
    {
        using var certificate = new TestCertificate();
        await using var server = await PushBridgeServer.StartAsync(tls ? certificate.Settings : []);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var peer = await WebSocketPeer.ConnectAsync(server, "u", tls);
        foreach (var line in Lengths.Select(LineOf))
        {
            // Twice: a frame must end exactly where the next one starts.
            await backend.PushAsync(line);
            await backend.PushAsync(line);
            var bytes = Encoding.UTF8.GetBytes(line);
            for (var i = 0; i < 2; i++)
            {
                var message = await peer.ReadMessageAsync();
                message.Length.Should().Be(bytes.Length);
                message.AsSpan().SequenceEqual(bytes).Should().BeTrue("{0} bytes", bytes.Length);
            }
        }

        await peer.CloseAsync();
    }

    [Fact]
    public async Task TLS_clients_see_close_codes_too()
    {
        using var certificate = new TestCertificate();
        await using var server = await PushBridgeServer.StartAsync(certificate.Settings);
        await using var broken = await WebSocketPeer.ConnectAsync(server, "uid1", tls: true);
        await using var closing = await WebSocketPeer.ConnectAsync(server, "uid1", tls: true);

        await broken.SendAsync(WebSocketPeerFrame.TextFrame("a").Unmasked);

        (await broken.ReadCloseAsync()).Should().Be(1002);
        await closing.CloseAsync(3000);
    }

    [Fact]
    public async Task A_TLS_listener_refuses_a_foreign_origin_and_takes_its_own()
    {
        using var certificate = new TestCertificate();
        await using var server = await PushBridgeServer.StartAsync(certificate.Settings);
        var request = new WebSocketPeerRequest(server.Clients);
        foreach (var (origin, status) in new[] { ("https", 101), ("http", 403) })
        {
            await using var peer = await WebSocketPeer.ConnectAsync(server.Clients, tls: true);
            var response = await peer.HandshakeAsync(
                request.And("Origin", $"{origin}://{server.Clients}").ToString()
            );
            response.Status.Should().Be(status);
        }
    }

    [Fact]
    public async Task Escapes_spaces_and_key_order_arrive_as_they_were_sent()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var peer = await WebSocketPeer.ConnectAsync(server, "uid1");
        const string line = """ { "b" : "\u00e4\/ä\n" , "uid":"uid1" ,"a": [ 1.0, 1e3 ,null ] } """;

        await backend.PushAsync(line);

        (await peer.ReadTextAsync()).Should().Be(line);
    }

    /// <summary>A push to u that is <paramref name="length"/> bytes long, with letters of two bytes where there is room.</summary>
    private static string LineOf(int length)
    {
        const string shortest = """{"uid":"u"}""";
        const string start = """{"uid":"u","d":"äö""";
        var filler = length - Encoding.UTF8.GetByteCount(start) - 2;
        return filler < 0 ? shortest.PadRight(length) : start + new string('x', filler) + "\"}";
    }
}
