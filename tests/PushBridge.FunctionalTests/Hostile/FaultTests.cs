using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>What can go wrong around the server: a full disk, a clock that jumps, a blocked thread pool, peers that write logs.</summary>
[Collection(nameof(LoadGroup))]
public sealed class FaultTests
{
    [Fact]
    public async Task With_its_output_on_a_full_disk_the_server_serves()
    {
        (int clients, int text, int http) = (Ports.Free(), Ports.Free(), Ports.Free());
        await using var server = ServerProcess.LaunchInShell(
            "exec \"$@\" > /dev/full 2>&1",
            [
                "--clients",
                $"127.0.0.1:{clients}",
                "--text",
                $"127.0.0.1:{text}",
                "--http",
                $"127.0.0.1:{http}",
            ]
        );
        await using TextBackend backend = await WhenListeningAsync(
            new IPEndPoint(IPAddress.Loopback, text)
        );
        await using (await WhenListeningAsync(new IPEndPoint(IPAddress.Loopback, clients))) { }
        await using var client = await WebSocketPeer.ConnectAsync(
            new IPEndPoint(IPAddress.Loopback, clients),
            "a"
        );
        // Each of these writes to the log.
        await SendAsync(new IPEndPoint(IPAddress.Loopback, text), "half a line");
        await SendAsync(
            new IPEndPoint(IPAddress.Loopback, clients),
            "GET / HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        );

        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");
        (await client.ReadTextAsync()).Should().Be("""{"uid":"a"}""");
        await server.TerminateAsync();
        (await server.ExitCodeAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_jumps_an_hour_changes_no_deadline(int hours)
    {
        JumpingClock clock = new();
        await using var server = await PushBridgeServer.StartAsync(
            clock,
            "Clients:HelloTimeout=00:00:02"
        );
        await using var named = await WebSocketPeer.ConnectAsync(server, "a");
        long opened = Stopwatch.GetTimestamp();
        await using var silent = await WebSocketPeer.ConnectAsync(server.Clients);
        await silent.OpenAsync(server.Clients);
        await using var hub = await HubClient.JoinAsync(server, "h");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        const string once = """{"$cmd":"push","uid":"a","data":1,"id":"before the jump"}""";
        (await backend.AskAsync(once)).Should().Be("ok");

        clock.Jump(TimeSpan.FromHours(hours));

        (await silent.ReadCloseAsync()).Should().Be(4408);
        Stopwatch
            .GetElapsedTime(opened)
            .Should()
            .BeGreaterThan(TimeSpan.FromSeconds(1), "the time is not up before");
        (await backend.AskAsync(once)).Should().Be("ok", "it is remembered");
        (await backend.AskAsync("""{"uid":["a","h"]}""")).Should().Be("ok");
        (await named.ReadTextAsync()).Should().Be("1");
        (await named.ReadTextAsync())
            .Should()
            .Be("""{"uid":["a","h"]}""", "the id was executed once");
        (await hub.NextAsync()).Should().Be("""{"uid":["a","h"]}""");
    }

    [Fact]
    public async Task With_a_blocked_thread_pool_backends_on_threads_of_their_own_push_on()
    {
        const int pushes = 2_000;
        string signal = Path.Combine(Path.GetTempPath(), $"pushbridge-pool-{Guid.NewGuid():N}");
        await using var server = await ServerProcess.StartInShellAsync(
            "exec \"$@\"",
            ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location),
            (StartupHook.Variable, signal)
        );
        using CrowdClient client = await CrowdClient.ConnectAsync(server.Clients, "a", reads: true);
        await using TextBackend early = await TextBackend.ConnectAsync(server.Text);
        (await early.AskAsync(CrowdClient.Line("a", 0))).Should().Be("ok");

        await File.WriteAllTextAsync(signal, "");
        await PushBridgeServer.EventuallyAsync(
            () => !File.Exists(signal),
            "the thread pool to be blocked"
        );
        await using TextBackend late = await TextBackend.ConnectAsync(server.Text);
        for (int i = 1; i < pushes; i++)
        {
            (await (i % 2 == 0 ? early : late).AskAsync(CrowdClient.Line("a", i)))
                .Should()
                .Be("ok");
        }

        await PushBridgeServer.EventuallyAsync(() => client.Received == pushes, "every message");
        client.Fault.Should().BeNull();
    }

    [Fact]
    public async Task A_peer_writes_no_log_line_of_its_own()
    {
        await using var server = await ServerProcess.StartAsync();
        string[] lies =
        [
            "a\ninfo: Forged[0] line",
            "a\r\ncrit: Forged",
            "a\u001B[2J\u001B[31mforged",
            "\u2028forged\u0085",
            "forged\0",
        ];
        foreach (string lie in lies)
        {
            string latin = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(lie));
            string escaped = Uri.EscapeDataString(lie);
            await SendAsync(
                server.Text,
                $"{{\"uid\":\"{latin}\"}}\n{{\"uid\":\"{latin}\",\"$cmd\":\"kick\""
            );
            await SendAsync(server.Clients, $"GET / HTTP/1.1\r\nHost: {latin}\r\n\r\n");
            await SendAsync(server.Clients, Handshake($"Origin: http://{latin}"));
            await SendAsync(server.Clients, Handshake($"Origin: http://evil.example/{escaped}"));
            await SendAsync(
                server.Clients,
                $"GET /{escaped}?{escaped} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            );
            await SendAsync(
                server.Clients,
                $"GET /hub?uid={escaped} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            );
            await SendAsync(
                server.Http,
                $"GET /api/uids/{escaped} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://{escaped}\r\n\r\n"
            );
            await SendAsync(
                server.Http,
                $"POST /api/push/{escaped} HTTP/1.1\r\nHost: {latin}\r\n\r\n"
            );
        }

        await server.TerminateAsync();
        (await server.ExitCodeAsync()).Should().Be(0);
        server
            .Output.Should()
            .NotContain("orged")
            .And.NotContain("\u001B")
            .And.Contain("Drained", "the log is there");
        server.Errors.Should().BeEmpty();

        string Handshake(string header) =>
            $"GET / HTTP/1.1\r\nHost: {server.Clients}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {WebSocketPeerRequest.SampleKey}\r\n{header}\r\n\r\n";
    }

    /// <summary>Sends the bytes, and waits until the server has had its say.</summary>
    private static async Task SendAsync(IPEndPoint port, string bytes)
    {
        await using WebSocketPeer peer = await WebSocketPeer.ConnectAsync(port);
        await peer.SendAsync(Encoding.Latin1.GetBytes(bytes));
        peer.HalfClose();
        await peer.ReadToEndAsync(Stream.Null);
    }

    private static async Task<TextBackend> WhenListeningAsync(IPEndPoint port)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await TextBackend.ConnectAsync(port);
            }
            catch (SocketException)
                when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>A wall clock that somebody sets; the time that passes is not affected.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private TimeSpan offset;

        public void Jump(TimeSpan by) => offset += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
    }
}
