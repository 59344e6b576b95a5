using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Rfc6455;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>A client that does not read costs itself its connection, and nobody else anything.</summary>
public sealed class SlowConsumerTests
{
    private const int MostRounds = 2000;

    private static readonly string Filler = new('f', 64 * 1024);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_never_reads_is_cut_and_the_others_get_everything(bool tls)
    {
        using var certificate = new TestCertificate();
        await using var server = await PushBridgeServer.StartAsync(tls ? certificate.Settings : []);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var healthy = await WebSocketPeer.ConnectAsync(server, "healthy", tls);
        await using var slow = await WebSocketPeer.ConnectAsync(
            server.Clients,
            tls,
            receiveBuffer: 4096
        );
        await slow.OpenAsync(server.Clients);
        await slow.RegisterAsync("slow");

        var rounds = 0;
        while (await backend.AskAsync(LineFor("slow", rounds)) == "ok")
        {
            rounds
                .Should()
                .BeLessThan(MostRounds, "somebody who never reads cannot be sent that much");
            await backend.PushAsync(LineFor("healthy", rounds));
            (await healthy.ReadTextAsync()).Should().Be(LineFor("healthy", rounds));
            rounds++;
        }

        await server.WaitForUidAsync("slow", 0);
        server.Counter("pushbridge.slow_consumers").Should().Be(1);
        (await backend.AskAsync(LineFor("slow", 0))).Should().Be("fail");
        await backend.PushAsync(LineFor("healthy", -1));
        (await healthy.ReadTextAsync()).Should().Be(LineFor("healthy", -1));
        await VerifyCutAsync(slow);
    }

    [Fact]
    public async Task A_slow_connection_of_a_uid_does_not_cost_the_uid_its_other_connection()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var healthy = await WebSocketPeer.ConnectAsync(server, "uid1");
        await using var slow = await WebSocketPeer.ConnectAsync(
            server.Clients,
            receiveBuffer: 4096
        );
        await slow.OpenAsync(server.Clients);
        await slow.RegisterAsync("uid1");

        for (var i = 0; server.Counter("pushbridge.slow_consumers") == 0; i++)
        {
            i.Should().BeLessThan(MostRounds, "somebody who never reads cannot be sent that much");
            await backend.PushAsync(LineFor("uid1", i));
            (await healthy.ReadTextAsync()).Should().Be(LineFor("uid1", i));
        }

        await server.WaitForUidAsync("uid1", 1);
        await backend.PushAsync(LineFor("uid1", -1));
        (await healthy.ReadTextAsync()).Should().Be(LineFor("uid1", -1));
    }

    [Fact]
    public async Task A_client_that_does_not_read_for_too_long_is_cut()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Queue:MaxAge=00:00:01",
            "Queue:MaxBytes=67108864"
        );
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var slow = await WebSocketPeer.ConnectAsync(
            server.Clients,
            receiveBuffer: 4096
        );
        await slow.OpenAsync(server.Clients);
        await slow.RegisterAsync("slow");

        // More than the kernel takes and less than the queue: only the age can end it.
        await backend.SendAsync(
            string.Concat(Enumerable.Range(0, 256).Select(i => LineFor("slow", i) + "\n"))
        );

        await server.WaitForUidAsync("slow", 0);
        server.Counter("pushbridge.slow_consumers").Should().Be(1);
        await VerifyCutAsync(slow);
    }

    [Fact]
    public async Task A_client_that_reads_late_but_in_time_gets_everything()
    {
        await using var server = await PushBridgeServer.StartAsync("Queue:MaxBytes=67108864");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var peer = await WebSocketPeer.ConnectAsync(
            server.Clients,
            receiveBuffer: 4096
        );
        await peer.OpenAsync(server.Clients);
        await peer.RegisterAsync("late");
        for (var i = 0; i < 256; i++)
        {
            await backend.PushAsync(LineFor("late", i));
        }

        for (var i = 0; i < 256; i++)
        {
            (await peer.ReadTextAsync()).Should().Be(LineFor("late", i));
        }

        server.Counter("pushbridge.slow_consumers").Should().Be(0);
        await peer.CloseAsync();
    }

    /// <summary>What had been sent before the cut is whole and in order; then comes 4428, if it still fits, and the end.</summary>
    private static async Task VerifyCutAsync(WebSocketPeer slow)
    {
        var received = new MemoryStream();
        await slow.ReadToEndAsync(received);

        // The end may cut a frame anywhere, so the bytes are compared as far as they go.
        var bytes = received.ToArray();
        for (var (at, i) = (0, 0); at < bytes.Length; i++)
        {
            var expected = (WebSocketPeerFrame.TextFrame(LineFor("slow", i)).Unmasked).ToBytes();
            var rest = bytes.AsSpan(at, Math.Min(expected.Length, bytes.Length - at));
            if (rest.Length >= 4 && rest[0] == 0x88)
            {
                rest[2..4]
                    .SequenceEqual((byte[])[4428 >> 8, 4428 & 0xFF])
                    .Should()
                    .BeTrue("the cut has a code");
                return;
            }

            rest.SequenceEqual(expected.AsSpan(0, rest.Length))
                .Should()
                .BeTrue($"message {i} arrives as it was sent");
            at += expected.Length;
        }
    }

    private static string LineFor(string uid, int number) =>
        SeedLine.For(uid, $"{number} {Filler}");
}
