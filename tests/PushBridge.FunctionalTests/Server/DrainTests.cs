using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Server;

/// <summary>SIGTERM: everybody is told, what was accepted is delivered, and the process is gone within seconds.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task An_idle_server_stops_at_once_with_exit_code_0()
    {
        await using var server = await ServerProcess.StartAsync();

        var watch = Stopwatch.StartNew();
        await server.TerminateAsync();

        (await server.ExitCodeAsync()).Should().Be(0);
        watch.Elapsed.Should().BeLessThan(Bar);
        server.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_has_begun_something_and_says_no_more_does_not_hold_the_process()
    {
        await using var server = await ServerProcess.StartAsync();
        List<TcpClient> silent = [];
        foreach (
            (Uri port, string begun) in ((Uri, string)[])
                [
                    (server.ClientsUrl, ""),
                    (server.ClientsUrl, "GET / HTTP/1.1\r\nHost: "),
                    (server.ClientsUrl, "GET /hub HTTP/1.1\r\nHost: "),
                    (server.HttpUrl, ""),
                    (server.HttpUrl, "GET /health/live HTTP/1.1\r\n"),
                    (
                        server.HttpUrl,
                        "POST /api/push/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n1"
                    ),
                ]
        )
        {
            TcpClient peer = new();
            silent.Add(peer);
            await peer.ConnectAsync(IPEndPoint.Parse(port.Authority));
            await peer.GetStream().WriteAsync(Encoding.ASCII.GetBytes(begun));
        }
        // A round trip later what was written before has been read.
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        await http.GetStringAsync("/health/ready");

        var watch = Stopwatch.StartNew();
        await server.TerminateAsync();

        (await server.ExitCodeAsync()).Should().Be(0);
        watch.Elapsed.Should().BeLessThan(Bar);
        server.Errors.Should().BeEmpty();
        silent.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task A_load_balancer_gets_the_time_it_was_promised_to_go_elsewhere()
    {
        await using var server = await ServerProcess.StartAsync(
            [.. ServerProcess.FreePorts],
            [("PushBridge__Drain__Delay", "00:00:02")]
        );
        await using var first = await RawClient.ConnectAsync(server.ClientsUrl, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await OnlineAsync(backend, "a", 1);
        using HttpClient http = new() { BaseAddress = server.HttpUrl };

        await server.TerminateAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        while (
            (await http.AskAsync(HttpMethod.Get, "/health/ready"))
                is not { Status: 503, Body: "draining" }
        )
        {
            await Task.Delay(5, deadline.Token);
        }

        await using var second = await RawClient.ConnectAsync(server.ClientsUrl, "a");
        await OnlineAsync(backend, "a", 2);
        (await http.PostAsync("/api/push/a", "1"))
            .IsReply("""{"ok":true,"connections":2}""")
            .Should()
            .BeTrue();
        (await server.ExitCodeAsync()).Should().Be(0);
        foreach (RawClient client in (RawClient[])[first, second])
        {
            (await client.NextAsync()).Should().Be("1");
            (await client.Closed).Code.Should().Be(1001);
        }
    }

    [Fact]
    public async Task Clients_of_both_kinds_are_told_and_the_process_exits_in_time()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var raw = await RawClient.ConnectAsync(server.ClientsUrl, "a");
        await using var silent = await RawClient.ConnectAsync(server.ClientsUrl, uid: null);
        await using var hub = await HubClientWire.ConnectAsync(server.ClientsUrl, "?uid=a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await OnlineAsync(backend, "a", 2);

        var watch = Stopwatch.StartNew();
        await server.TerminateAsync();

        (await raw.Closed).Code.Should().Be(1001);
        (await silent.Closed).Code.Should().Be(1001);
        (await hub.CloseMessageAsync())
            .MayReconnect.Should()
            .BeTrue("another server may be there in a moment");
        (await server.ExitCodeAsync()).Should().Be(0);
        watch.Elapsed.Should().BeLessThan(Bar);
        (await backend.ReadToEndAsync()).Should().BeEmpty("a backend sees a clean end");
    }

    [Fact]
    public async Task A_client_that_does_not_answer_the_close_does_not_hold_the_process()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        using var deaf = new ClientWebSocket();
        await deaf.ConnectAsync(
            new UriBuilder(server.ClientsUrl) { Scheme = "ws" }.Uri,
            CancellationToken.None
        );
        await deaf.SendAsync("a"u8.ToArray(), WebSocketMessageType.Text, true, default);
        await OnlineAsync(backend, "a", 1);

        var watch = Stopwatch.StartNew();
        await server.TerminateAsync();

        (await server.ExitCodeAsync()).Should().Be(0);
        watch.Elapsed.Should().BeLessThan(Bar);
    }

    [Fact]
    public async Task Lines_that_arrived_before_the_signal_are_answered_and_delivered()
    {
        const int lines = 20_000;
        await using var server = await ServerProcess.StartAsync();
        await using var raw = await RawClient.ConnectAsync(server.ClientsUrl, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await OnlineAsync(backend, "a", 1);

        await backend.SendAsync(
            string.Concat(
                Enumerable.Range(0, lines).Select(n => $$"""{"uid":"a","n":{{n}}}""" + "\n")
            )
        );
        await server.TerminateAsync();

        string[] replies = (await backend.ReadToEndAsync()).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        );
        replies.Should().HaveCount(lines).And.OnlyContain(reply => reply == "ok");
        (await raw.NextAsync(lines))
            .Should()
            .Equal(Enumerable.Range(0, lines).Select(n => $$"""{"uid":"a","n":{{n}}}"""));
        (await raw.Closed).Code.Should().Be(1001);
        (await server.ExitCodeAsync()).Should().Be(0);
    }

    private static async Task OnlineAsync(TextBackend backend, string uid, int connections)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        string wanted = $$$"""{"ok":true,"online":{"{{{uid}}}":{{{connections}}}}}""";
        while (await backend.AskAsync($$"""{"$cmd":"online","uid":"{{uid}}"}""") != wanted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
