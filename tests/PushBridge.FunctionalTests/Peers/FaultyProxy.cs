using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>
/// The network between a server and its Redis, as TCP: it can hold back what goes in either direction, or delay it. Nothing is lost: what was held back arrives
/// when the fault is over, as TCP repeats it.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<Socket, byte> sockets = new();
    private readonly IPEndPoint target;
    private readonly Task accepting;
    private volatile TaskCompletionSource up = Open();
    private volatile TaskCompletionSource down = Open();
    private volatile int delayMilliseconds;

    public FaultyProxy(int port)
    {
        target = new IPEndPoint(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>What everything takes longer, each way.</summary>
    public TimeSpan Delay
    {
        set => delayMilliseconds = (int)value.TotalMilliseconds;
    }

    /// <summary>Nothing gets to the target any more.</summary>
    public void HoldUp() => up = new TaskCompletionSource();

    /// <summary>Nothing comes from the target any more.</summary>
    public void HoldDown() => down = new TaskCompletionSource();

    /// <summary>Everything flows again, with what was held back first.</summary>
    public void Release()
    {
        up.TrySetResult();
        down.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        Release();
        foreach (Socket socket in sockets.Keys)
        {
            socket.Dispose();
        }

        await accepting;
    }

    private static TaskCompletionSource Open()
    {
        TaskCompletionSource open = new();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                Socket near = await listener.AcceptSocketAsync(ending.Token);
                _ = ServeAsync(near);
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                // The next one, or the end.
            }
        }
    }

    private async Task ServeAsync(Socket near)
    {
        using Socket far = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        sockets.TryAdd(near, 0);
        sockets.TryAdd(far, 0);
        try
        {
            await far.ConnectAsync(target, ending.Token);
            await Task.WhenAny(
                PumpAsync(near, far, () => up.Task),
                PumpAsync(far, near, () => down.Task)
            );
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // One side is gone; so is the other.
        }

        near.Dispose();
        sockets.TryRemove(near, out _);
        sockets.TryRemove(far, out _);
    }

    private async Task PumpAsync(Socket from, Socket to, Func<Task> gate)
    {
        Channel<(byte[] Bytes, long Due)> under = Channel.CreateBounded<(byte[], long)>(64);
        Task writing = WriteAsync(under.Reader, to, gate);
        try
        {
            byte[] buffer = new byte[64 * 1024];
            while (await from.ReceiveAsync(buffer, ending.Token) is > 0 and int read)
            {
                long due =
                    Stopwatch.GetTimestamp() + delayMilliseconds * Stopwatch.Frequency / 1000;
                await under.Writer.WriteAsync((buffer[..read], due), ending.Token);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The end.
        }

        under.Writer.Complete();
        await writing;
    }

    private async Task WriteAsync(
        ChannelReader<(byte[] Bytes, long Due)> under,
        Socket to,
        Func<Task> gate
    )
    {
        try
        {
            await foreach ((byte[] bytes, long due) in under.ReadAllAsync(ending.Token))
            {
                TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (early > TimeSpan.Zero)
                {
                    await Task.Delay(early, ending.Token);
                }

                await gate().WaitAsync(ending.Token);
                for (int sent = 0; sent < bytes.Length; )
                {
                    sent += await to.SendAsync(bytes.AsMemory(sent), ending.Token);
                }
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The end.
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception is SocketException or OperationCanceledException or ObjectDisposedException;
}
