using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Text;

public sealed class BackendLoadTests
{
    [Fact]
    public async Task A_backend_that_never_reads_gets_every_command_executed()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text, receiveBuffer: 4096);
        // Each reply is about 32 kB: together more than the kernel's buffers and the server's allowance hold.
        var uids = string.Join(
            ',',
            Enumerable.Range(0, 300).Select(i => $"\"{new string('u', 100)}{i}\"")
        );

        for (var i = 0; i < 400; i++)
        {
            await backend.SendAsync(
                $$"""{"$cmd":"online","uid":[{{uids}}]}"""
                    + "\n"
                    + $$"""{"uid":"a","n":{{i}}}"""
                    + "\n"
            );
        }

        (await client.NextAsync(400))
            .Should()
            .Equal(Enumerable.Range(0, 400).Select(i => $$"""{"uid":"a","n":{{i}}}"""));
    }

    [Fact]
    public async Task Backends_that_send_without_a_pause_keep_nobody_out()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:DedicatedThreads=0");
        using var enough = new CancellationTokenSource();
        // Blocking senders on threads of their own: whenever the server reads, there is something to read.
        var flooding = Enumerable
            .Range(0, 4)
            .Select(_ => Task.Factory.StartNew(Flood, TaskCreationOptions.LongRunning))
            .ToArray();

        try
        {
            for (var i = 0; i < 50; i++)
            {
                await using var backend = await TextBackend.ConnectAsync(server.Text);
                (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
            }
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(flooding);
        }

        void Flood()
        {
            var line = """{"$cmd":"quiet","padding":"0123456789"}""" + "\n";
            var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 40_000)));
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(server.Text);
            while (!enough.IsCancellationRequested)
            {
                socket.Send(lines);
            }
        }
    }

    [Fact]
    public async Task Twenty_backends_at_once_are_all_served()
    {
        // More than the threads set aside for backends, so both ways of serving one take part.
        const int backends = 20;
        const int lines = 200;
        await using var server = await PushBridgeServer.StartAsync("Text:DedicatedThreads=4");
        await using var client = await RawClient.JoinAsync(server, "a");
        var connected = await Task.WhenAll(
            Enumerable.Range(0, backends).Select(_ => TextBackend.ConnectAsync(server.Text))
        );

        var replies = await Task.WhenAll(connected.Select(PushOneByOneAsync));

        replies.Should().OnlyContain(all => all.Length == lines && all.All(reply => reply == "ok"));
        var arrived = await client.NextAsync(backends * lines);
        for (var b = 0; b < backends; b++)
        {
            arrived
                .Where(message =>
                    message.StartsWith($$"""{"uid":"a","b":{{b}},""", StringComparison.Ordinal)
                )
                .Should()
                .Equal(
                    Enumerable.Range(0, lines).Select(i => $$"""{"uid":"a","b":{{b}},"n":{{i}}}"""),
                    "each backend's commands arrive in its order, each exactly once"
                );
        }

        foreach (var backend in connected)
        {
            await backend.DisposeAsync();
        }

        static async Task<string[]> PushOneByOneAsync(TextBackend backend, int b)
        {
            var replies = new string[lines];
            for (var i = 0; i < lines; i++)
            {
                replies[i] = await backend.AskAsync($$"""{"uid":"a","b":{{b}},"n":{{i}}}""");
            }

            return replies;
        }
    }

    [Fact]
    public async Task Idle_backends_do_not_keep_the_next_one_waiting()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        var idle = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => TextBackend.ConnectAsync(server.Text))
        );

        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");
        foreach (var other in idle)
        {
            (await other.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
            await other.DisposeAsync();
        }
    }
}
