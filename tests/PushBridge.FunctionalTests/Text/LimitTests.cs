using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Text;

/// <summary>What one backend connection may take: time for a line, and commands a second.</summary>
public sealed class LimitTests
{
    private const string Ping = """{"$cmd":"ping"}""";

    [Theory]
    [InlineData(16)]
    [InlineData(0)]
    public async Task A_line_that_never_ends_is_told_and_closed(int threads)
    {
        await using var server = await PushBridgeServer.StartAsync(
            $"Text:DedicatedThreads={threads}",
            "Text:LineTimeout=00:00:00.500"
        );
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync(Ping)).Should().Be("ok");

        await backend.SendAsync(Ping + "\n{\"uid\"");

        (await backend.ReadToEndAsync()).Should().Be("ok\nfail\n");
        server.Counter("pushbridge.limits").Should().Be(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task A_line_that_is_too_long_is_counted(string end)
    {
        await using var server = await PushBridgeServer.StartAsync("Text:MaxLineBytes=1024");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync($$"""{"uid":"a","x":"{{new string('x', 1024)}}"}""" + end);

        (await backend.ReadToEndAsync()).Should().Be("fail\n");
        server.Counter("pushbridge.limits").Should().Be(1);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(0)]
    public async Task Bytes_now_and_then_buy_no_time(int threads)
    {
        await using var server = await PushBridgeServer.StartAsync(
            $"Text:DedicatedThreads={threads}",
            "Text:LineTimeout=00:00:00.500"
        );
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        using var closed = new CancellationTokenSource(TimeSpan.FromSeconds(10));

        var end = backend.ReadToEndAsync();
        await backend.SendAsync("{");
        while (!end.IsCompleted)
        {
            await Task.WhenAny(end, Task.Delay(20, closed.Token));
            closed.Token.ThrowIfCancellationRequested();
            try
            {
                await backend.SendAsync(" ");
            }
            catch (System.Net.Sockets.SocketException)
            {
                break;
            }
        }

        (await end).Should().Be("fail\n");
    }

    [Fact]
    public async Task Two_hundred_slow_lines_do_not_hold_up_a_push()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:LineTimeout=00:00:01");
        await using var client = await RawClient.JoinAsync(server, "uid1");
        List<TextBackend> slow = [];
        for (var i = 0; i < 200; i++)
        {
            slow.Add(await TextBackend.ConnectAsync(server.Text));
            await slow[i].SendAsync("{\"uid\":");
        }
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"uid":"uid1"}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"uid1"}""");

        foreach (var one in slow)
        {
            (await one.ReadToEndAsync()).Should().Be("fail\n");
            await one.DisposeAsync();
        }
        server.Counter("pushbridge.limits").Should().Be(200);
        (await backend.AskAsync(Ping)).Should().Be("ok");
    }

    [Fact]
    public async Task A_backend_may_be_idle_for_longer_than_a_line_may_take()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:LineTimeout=00:00:00.100");
        await using var idle = await TextBackend.ConnectAsync(server.Text);
        await using var late = await TextBackend.ConnectAsync(server.Text);
        (await idle.AskAsync(Ping)).Should().Be("ok");

        await late.SendAsync("{");
        (await late.ReadToEndAsync()).Should().Be("fail\n", "so long has passed");

        (await idle.AskAsync(Ping)).Should().Be("ok");
    }

    [Fact]
    public async Task Commands_above_the_rate_fail_and_reach_nobody()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:MaxCommandsPerSecond=5");
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var other = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync(
            string.Concat(
                Enumerable
                    .Range(0, 7)
                    .Select(n =>
                        $$"""{"$cmd":"push","uid":"a","data":{{n}},"reply":"json"}""" + "\n"
                    )
            )
        );

        (await backend.ReadLinesAsync(7))
            .Should()
            .Equal([
                .. Enumerable.Repeat("""{"ok":true,"connections":1}""", 5),
                .. Enumerable.Repeat("""{"ok":false,"reason":"overloaded"}""", 2),
            ]);
        (await other.AskAsync("""{"uid":"a"}""")).Should().Be("ok", "the limit is a connection's");
        (await client.NextAsync(6)).Should().Equal("0", "1", "2", "3", "4", """{"uid":"a"}""");
        server.Counter("pushbridge.limits").Should().Be(2);
        await PushBridgeServer.EventuallyAsync(
            () => backend.AskAsync(Ping).GetAwaiter().GetResult() == "ok",
            "the rate to allow another"
        );
    }

    [Fact]
    public async Task A_backend_above_the_limit_of_connections_is_counted()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:MaxConnections=1");
        await using var first = await TextBackend.ConnectAsync(server.Text);
        (await first.AskAsync(Ping)).Should().Be("ok");

        await using var second = await TextBackend.ConnectAsync(server.Text);
        (await second.ReadToEndAsync()).Should().BeEmpty();

        server.Counter("pushbridge.limits").Should().Be(1);
    }
}
