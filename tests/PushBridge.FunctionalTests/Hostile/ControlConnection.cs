using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>
/// The healthy pair beside everything hostile: a raw client, and a backend that pushes to it every ten milliseconds and reads
/// every answer. Both block on threads of their own, so that what is measured is the server and not the tests' thread pool.
/// </summary>
internal sealed class ControlConnection : IAsyncDisposable
{
    private const string Uid = "control";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket client;
    private readonly Socket backend;
    private readonly Thread pushing;
    private readonly Thread receiving;
    private readonly ManualResetEventSlim stopping = new();
    private readonly List<double> latencies = [];
    private readonly List<string> faults = [];
    private readonly Yardstick yardstick = new();
    private int sent;
    private int received;

    private ControlConnection(Socket client, Socket backend)
    {
        this.client = client;
        this.backend = backend;
        pushing = Start(PushAll, "control backend");
        receiving = Start(ReceiveAll, "control client");
    }

    internal static async Task<ControlConnection> StartAsync(IPEndPoint clients, IPEndPoint text)
    {
        Socket browser = await ConnectAsync(clients);
        await browser.SendAsync(
            (byte[])
                [
                    .. new WebSocketPeerRequest(clients).ToBytes(),
                    .. WebSocketPeerFrame.TextFrame(Uid).ToBytes(),
                    .. WebSocketPeerFrame.Ping("").ToBytes(),
                ]
        );
        await SkipToPongAsync(browser);
        return new ControlConnection(browser, await ConnectAsync(text));
    }

    /// <summary>Stops, and insists that every push was accepted and arrived, in order, 99 of 100 within 100 ms, or so many times what the machine itself takes.</summary>
    internal async Task VerifyAsync(double machines = 6)
    {
        await StopAsync();
        faults.Should().BeEmpty();
        received.Should().Be(sent, "every push arrives");
        sent.Should().BePositive();
        latencies.Sort();
        double p99 = Yardstick.P99(latencies);
        double machine = Yardstick.P99(yardstick.Taken);
        TestContext.Current.SendDiagnosticMessage(
            $"control: {sent} pushes, p50 {latencies[latencies.Count / 2]:F2} ms, p99 {p99:F2} ms, longest {latencies[^1]:F1} ms; the machine p99 {machine:F2} ms"
        );
        p99.Should()
            .BeLessThan(
                Math.Max(100, machines * machine),
                "milliseconds from the push to the client"
            );
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        client.Dispose();
        backend.Dispose();
        stopping.Dispose();
        yardstick.Dispose();
    }

    private static Thread Start(Action work, string name)
    {
        Thread thread = new(() => work()) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint server)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server).WaitAsync(Patience);
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        return socket;
    }

    /// <summary>The handshake's answer is skipped: an empty pong ends it.</summary>
    private static async Task SkipToPongAsync(Socket browser)
    {
        byte[] last = [0, 0];
        byte[] next = new byte[1];
        while (last[0] != 0x8A || last[1] != 0)
        {
            int count = await browser.ReceiveAsync(next).WaitAsync(Patience);
            count.Should().Be(1, "the server accepts the control connection");
            last = [last[1], next[0]];
        }
    }

    private async Task StopAsync()
    {
        if (!stopping.IsSet)
        {
            stopping.Set();
            pushing.Join();
            long started = Stopwatch.GetTimestamp();
            while (
                Volatile.Read(ref received) < sent && Stopwatch.GetElapsedTime(started) < Patience
            )
            {
                await Task.Delay(5);
            }

            client.Shutdown(SocketShutdown.Both);
            receiving.Join();
        }
    }

    private void PushAll()
    {
        try
        {
            byte[] reply = new byte[16];
            while (!stopping.Wait(Pace))
            {
                yardstick.Take();
                backend.Send(
                    Encoding.ASCII.GetBytes(
                        $$"""{"uid":"{{Uid}}","n":"{{sent:D9}}","at":"{{Stopwatch.GetTimestamp():D19}}"}"""
                            + "\n"
                    )
                );
                sent++;
                string answer = Encoding.ASCII.GetString(reply, 0, backend.Receive(reply));
                if (answer != "ok\n")
                {
                    Fault($"push {sent - 1} was answered with '{answer}'");
                }
            }
        }
        catch (SocketException exception)
        {
            Fault($"the backend after {sent} pushes: {exception.Message}");
        }
    }

    private void ReceiveAll()
    {
        byte[] frame = new byte[256];
        try
        {
            while (TryFill(frame.AsSpan(0, 2)))
            {
                Span<byte> payload = frame.AsSpan(0, frame[1]);
                bool isText = frame[0] == 0x81;
                if (TryFill(payload) && isText)
                {
                    Count(Encoding.ASCII.GetString(payload));
                }
            }
        }
        catch (SocketException exception)
        {
            Fault($"the client after {received} messages: {exception.Message}");
        }
    }

    private void Count(string line)
    {
        if (!line.StartsWith($$"""{"uid":"{{Uid}}",""", StringComparison.Ordinal))
        {
            Fault($"somebody else's message came: {line}");
            return;
        }

        int number = NumberIn(line, "\"n\":\"", 9, int.Parse);
        if (number != received)
        {
            Fault($"message {number} came where {received} was due");
        }

        long at = NumberIn(line, "\"at\":\"", 19, long.Parse);
        latencies.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        Volatile.Write(ref received, received + 1);
    }

    private static T NumberIn<T>(
        string line,
        string name,
        int digits,
        Func<string, IFormatProvider, T> parse
    ) =>
        parse(
            line.Substring(line.IndexOf(name, StringComparison.Ordinal) + name.Length, digits),
            CultureInfo.InvariantCulture
        );

    private bool TryFill(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = client.Receive(bytes);
            if (count == 0)
            {
                return false;
            }

            bytes = bytes[count..];
        }

        return true;
    }

    private void Fault(string what)
    {
        lock (faults)
        {
            faults.Add(what);
        }
    }
}
