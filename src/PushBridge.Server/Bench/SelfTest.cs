using System.Net;
using System.Net.Sockets;
using System.Text;
using PushBridge.Hosting;

namespace PushBridge.Server.Bench;

/// <summary>
/// A server on free loopback ports in this process, some clients, and one backend: how long a push takes, how many go in a second, and what a connection that
/// does nothing costs.
/// </summary>
internal sealed class SelfTest(
    int clientCount,
    TimeSpan phase,
    IProgress<BenchStep> progress,
    TimeProvider time
) : IAsyncDisposable
{
    private const int ConnectsAtOnce = 32;
    private const int Window = 256;

    /// <summary>ok, and a line end.</summary>
    private const int ReplyBytes = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BenchClient[] clients =
    [
        .. Enumerable
            .Range(0, clientCount)
            .Select(number => new BenchClient($"bench-{number}", time)),
    ];
    private readonly CancellationTokenSource ending = new();
    private readonly List<Task> receivers = [];
    private WebApplication? app;
    private TaskCompletionSource<long>? next;
    private long received;

    public async Task<BenchResult> RunAsync(CancellationToken cancellation)
    {
        app = BenchServer.Create(clientCount);
        await app.StartAsync(cancellation);
        PushBridgeListeners listeners = app.Services.GetRequiredService<PushBridgeListeners>();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long started = time.GetTimestamp();
        await ConnectAsync(listeners.Clients, cancellation);
        double connectSeconds = time.GetElapsedTime(started).TotalSeconds;
        double bytes =
            (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)clientCount;
        using Socket backend = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await backend.ConnectAsync(listeners.Text, cancellation);
        await using NetworkStream stream = new(backend);
        // Code is compiled when it first runs, and again when it has run often.
        await MeasureLatencyAsync(stream, phase / 4, "warming up", cancellation);
        double[] latencies = await MeasureLatencyAsync(stream, phase, "latency", cancellation);
        (long pushes, double seconds) = await MeasureRateAsync(stream, cancellation);
        progress.Report(new BenchStep("done", 1));
        return new BenchResult(clientCount, connectSeconds, bytes, latencies, pushes, seconds);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(receivers);
        Array.ForEach(clients, client => client.Dispose());
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        ending.Dispose();
    }

    private async Task ConnectAsync(IPEndPoint server, CancellationToken cancellation)
    {
        int connected = 0;
        foreach (BenchClient[] some in clients.Chunk(ConnectsAtOnce))
        {
            await Task.WhenAll(some.Select(client => client.ConnectAsync(server, cancellation)));
            connected += some.Length;
            progress.Report(new BenchStep("connecting", (double)connected / clientCount));
        }
        receivers.AddRange(clients.Select(client => client.ReceiveAsync(Arrived, ending.Token)));
    }

    private void Arrived(long timestamp)
    {
        Interlocked.Increment(ref received);
        Volatile.Read(ref next)?.TrySetResult(timestamp);
    }

    /// <summary>One push at a time, to one client after the other.</summary>
    private async Task<double[]> MeasureLatencyAsync(
        NetworkStream stream,
        TimeSpan duration,
        string name,
        CancellationToken cancellation
    )
    {
        List<double> latencies = [];
        byte[] reply = new byte[ReplyBytes];
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started) is var elapsed && elapsed < duration)
        {
            byte[] line = Line(latencies.Count);
            TaskCompletionSource<long> arrival = new(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            Volatile.Write(ref next, arrival);
            long written = time.GetTimestamp();
            await stream.WriteAsync(line, cancellation);
            long arrived = await arrival.Task.WaitAsync(Patience, time, cancellation);
            latencies.Add(time.GetElapsedTime(written, arrived).TotalMilliseconds);
            await stream.ReadExactlyAsync(reply, cancellation);
            progress.Report(new BenchStep(name, elapsed / duration));
        }
        Volatile.Write(ref next, null);
        latencies.Sort();
        return [.. latencies];
    }

    /// <summary>As many as go, with a bounded number of them unanswered, until the last one has arrived.</summary>
    private async Task<(long Pushes, double Seconds)> MeasureRateAsync(
        NetworkStream stream,
        CancellationToken cancellation
    )
    {
        byte[][] batches =
        [
            .. Enumerable
                .Range(0, Math.Max(1, clientCount / Window + 1))
                .Select(batch =>
                    Enumerable
                        .Range(batch * Window, Window)
                        .SelectMany(number => Line(number))
                        .ToArray()
                ),
        ];
        byte[] replies = new byte[ReplyBytes * Window];
        long first = Interlocked.Read(ref received);
        long pushes = 0;
        long started = time.GetTimestamp();
        await SendAsync();
        while (time.GetElapsedTime(started) is var elapsed && elapsed < phase)
        {
            // The server has the next ones before it has answered the last ones.
            await SendAsync();
            await stream.ReadExactlyAsync(replies, cancellation);
            progress.Report(new BenchStep("pushes", elapsed / phase));
        }
        await stream.ReadExactlyAsync(replies, cancellation);
        while (Interlocked.Read(ref received) - first < pushes)
        {
            if (time.GetElapsedTime(started) > phase + Patience)
            {
                throw new IOException("pushes that were answered ok have not arrived");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellation);
        }
        return (pushes, time.GetElapsedTime(started).TotalSeconds);

        async Task SendAsync()
        {
            await stream.WriteAsync(batches[pushes / Window % batches.Length], cancellation);
            pushes += Window;
        }
    }

    private byte[] Line(int number) =>
        Encoding.ASCII.GetBytes(
            $$"""{"uid":"{{clients[number % clientCount].Uid}}","percent":"88%"}""" + "\n"
        );
}
