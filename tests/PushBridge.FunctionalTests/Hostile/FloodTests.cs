using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>More connections than the server takes, or than the process has descriptors for: afterwards every port answers.</summary>
[Collection(nameof(LoadGroup))]
public sealed class FloodTests
{
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task After_5000_backends_at_once_every_port_answers()
    {
        await using var server = await ServerProcess.StartAsync();
        // The first use of everything opens files of its own.
        await EveryPortAnswersAsync(server);
        int sockets = server.Sockets;

        await FloodAsync(server.Text, 5_000);

        await EveryPortAnswersAsync(server);
        await EventuallyAsync(() => server.Sockets <= sockets + 5);
        server.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task After_a_flood_beyond_the_descriptors_every_port_answers()
    {
        await using var server = await ServerProcess.StartInShellAsync(
            "ulimit -n 512; exec \"$@\""
        );
        // What is loaded at the first use must not be loaded for the first time without descriptors.
        await EveryPortAnswersAsync(server);

        await Task.WhenAll(
            FloodAsync(server.Text, 1_500),
            FloodAsync(server.Clients, 1_500),
            FloodAsync(server.Http, 1_500)
        );

        await EveryPortAnswersAsync(server);
        server.Errors.Should().BeEmpty();
    }

    /// <summary>Opens so many connections, holds all of them for a moment, and closes them.</summary>
    private static async Task FloodAsync(IPEndPoint port, int count)
    {
        Socket[] sockets =
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)),
        ];
        try
        {
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(5));
            await Task.WhenAll(
                sockets.Select(socket => ConnectAsync(socket, port, deadline.Token))
            );
        }
        finally
        {
            foreach (Socket socket in sockets)
            {
                socket.Dispose();
            }
        }
    }

    private static async Task ConnectAsync(
        Socket socket,
        IPEndPoint port,
        CancellationToken deadline
    )
    {
        try
        {
            await socket.ConnectAsync(port, deadline);
        }
        catch (Exception exception)
            when (exception is SocketException or OperationCanceledException)
        {
            // Refused, reset or not accepted in time: the flood has no claim to more.
        }
    }

    private static async Task EveryPortAnswersAsync(ServerProcess server)
    {
        long started = Stopwatch.GetTimestamp();
        double standstill = await Yardstick.DuringAsync(() => EveryPortAnswersAtLastAsync(server));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        TestContext.Current.SendDiagnosticMessage(
            $"all ports answer {elapsed.TotalMilliseconds:F0} ms after the flood, {standstill:F0} of them the machine's"
        );
        // An answer needs the processor several times.
        elapsed.Should().BeLessThan(Bar + TimeSpan.FromMilliseconds(3 * standstill));
    }

    private static Task EveryPortAnswersAtLastAsync(ServerProcess server) =>
        Task.WhenAll(
            UntilAsync(async () =>
            {
                await using var backend = await TextBackend.ConnectAsync(server.Text);
                (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
            }),
            UntilAsync(async () =>
            {
                await using var client = await WebSocketPeer.ConnectAsync(server.Clients, "a");
                await client.CloseAsync();
            }),
            UntilAsync(async () =>
            {
                using HttpClient http = new();
                (await http.GetStringAsync(new Uri(server.HttpUrl, "/health/live")))
                    .Should()
                    .Be("live\n");
            })
        );

    /// <summary>A port that is full for a moment may turn the first tries away.</summary>
    private static async Task UntilAsync(Func<Task> succeeds)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await succeeds();
                return;
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(10);
            }
        }
    }

    private static Task EventuallyAsync(Func<bool> condition) =>
        Hosting.PushBridgeServer.EventuallyAsync(condition, "the sockets to be given back");
}
