using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>
/// Thousands of connections that send spoiled bytes and end in every way. The process lives, owes no descriptor, has logged no
/// error, and a healthy control connection lost nothing. A failure names the seed; <c>PUSHBRIDGE_FUZZ_SEED</c> repeats it.
/// </summary>
[Collection(nameof(LoadGroup))]
public sealed class SocketFuzzTests
{
    private const int Text = 10_000;
    private const int WebSockets = 3_000;
    private const int AtOnce = 8;

    private static readonly string[] Lines =
    [
        "{\"uid\":\"fuzz\",\"percent\":\"88%\"}\n",
        "{\"uid\":[\"fuzz\",1]}\r\n{\"$cmd\":\"ping\"}\n",
        "{\"$cmd\":\"push\",\"uid\":\"fuzz\",\"data\":{\"x\":1.0},\"reply\":\"json\"}\n",
        "{\"$cmd\":\"join\",\"uid\":\"fuzz\",\"group\":\"g\"}\n{\"$cmd\":\"group\",\"group\":\"g\",\"data\":1}\n",
        "{\"$cmd\":\"quiet\"}\n{\"uid\":\"fuzz\"}\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{\"uid\":\"fuzz\"}\n",
    ];

    [Fact]
    public async Task Thousands_of_spoiled_connections_cost_nobody_anything()
    {
        int seed = Environment.GetEnvironmentVariable("PUSHBRIDGE_FUZZ_SEED")
            is { Length: > 0 } asked
            ? int.Parse(asked, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"socket fuzz seed: {seed}");
        // A small nursery: what a lost task leaves behind is found by a collection during the test, and then logged.
        await using var server = await ServerProcess.StartInShellAsync(
            "exec \"$@\"",
            ("DOTNET_GCgen0size", "0x200000"),
            ("PushBridge__Clients__HelloTimeout", "00:00:01"),
            ("PushBridge__Clients__MessageTimeout", "00:00:01")
        );
        await AttackAsync(server, new Random(seed), 500, 200); // Warm: the first use of everything takes its time.
        await using (
            ControlConnection control = await ControlConnection.StartAsync(
                server.Clients,
                server.Text
            )
        )
        {
            await RestAsync(server);
            int sockets = server.Sockets;

            await AttackAsync(server, new Random(seed), Text, WebSockets);

            // So few pushes fit in that the 99th of 100 is the slowest, while the attack itself takes both cores.
            await control.VerifyAsync(machines: 10);
            await Hosting.PushBridgeServer.EventuallyAsync(
                () => server.Sockets <= sockets + 5,
                $"the sockets to be given back (seed {seed})"
            );
        }

        server.IsRunning.Should().BeTrue($"seed {seed}");
        server.Errors.Should().BeEmpty();
        server
            .Output.Should()
            .NotContain("fail:", $"that is how an error is logged (seed {seed})")
            .And.NotContain("crit:");
        await server.TerminateAsync();
        (await server.ExitCodeAsync()).Should().Be(0);
    }

    private static async Task AttackAsync(
        ServerProcess server,
        Random random,
        int text,
        int webSockets
    )
    {
        var attacks = Enumerable
            .Range(0, text + webSockets)
            .Select(i =>
                (
                    Port: i < text ? server.Text : server.Clients,
                    Bytes: i < text ? Spoiled(Lines, random) : WebSocket(server, random),
                    End: random.Next(3)
                )
            )
            .ToArray();
        random.Shuffle(attacks);
        await Parallel.ForEachAsync(
            attacks,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (attack, _) => await SendAsync(attack.Port, attack.Bytes, attack.End)
        );
    }

    /// <summary>Sends, and ends with a half-close and a look at the answer, with a close, or with a reset.</summary>
    private static async Task SendAsync(IPEndPoint port, byte[] bytes, int end)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(port);
            await socket.SendAsync(bytes);
            if (end == 0)
            {
                socket.Shutdown(SocketShutdown.Send);
                await socket.ReceiveAsync(new byte[512]).WaitAsync(TimeSpan.FromSeconds(10));
            }
            else if (end == 1)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (SocketException)
        {
            // The server has ended it, which is its right.
        }
    }

    private static byte[] WebSocket(ServerProcess server, Random random)
    {
        byte[] head = new WebSocketPeerRequest(server.Clients).ToBytes();
        byte[] frames =
        [
            .. WebSocketPeerFrame.TextFrame($"fuzz-{random.Next(100)}").ToBytes(),
            .. WebSocketPeerFrame.Ping("x").ToBytes(),
            .. WebSocketPeerFrame.TextFrame("heartbeat").Unfinished.ToBytes(),
            .. WebSocketPeerFrame.ContinuationFrame([1, 2, 3]).ToBytes(),
            .. WebSocketPeerFrame.Close(1000).ToBytes(),
        ];
        return random.Next(3) == 0
            ? Spoil([.. head, .. frames], random)
            : [.. head, .. Spoil(frames, random)];
    }

    private static byte[] Spoiled(string[] seeds, Random random) =>
        Spoil(Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]), random);

    private static byte[] Spoil(byte[] good, Random random)
    {
        List<byte> bytes = [.. good];
        for (int i = random.Next(5); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2 when at > 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, bytes.Count - at));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Waits until the connections so far are gone: all but the control connection.</summary>
    private static async Task RestAsync(ServerProcess server)
    {
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
        while (
            await backend.AskAsync("{\"$cmd\":\"count\"}")
            != "{\"ok\":true,\"connections\":1,\"uids\":1}"
        )
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}
