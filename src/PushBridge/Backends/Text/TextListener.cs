using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PushBridge.Commands;

namespace PushBridge.Backends.Text;

/// <summary>
/// The text port: accepts backends and gives each its <see cref="TextConnection"/>, on a dedicated thread while there are
/// some, else on the thread pool. Accepting survives everything but being stopped, descriptor exhaustion included.
/// </summary>
internal sealed class TextListener(
    CommandExecutor executor,
    IOptions<TextOptions> options,
    TimeProvider time,
    ServerMetrics metrics,
    TextLog log
) : IHostedService, IDisposable
{
    private const int Backlog = 4096;
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1.5);

    private readonly TextOptions options = options.Value;
    private readonly DedicatedThreads threads = new(options.Value.DedicatedThreads);
    private readonly ConcurrentDictionary<TextConnection, Task> connections = new();
    private readonly ManualResetEventSlim stopping = new();
    private Socket? listener;
    private Thread? accepting;
    private int count;

    /// <summary>Where it listens, with the real port; null before the start.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = ListenAddressAttribute.TryParse(options.Listen, out IPEndPoint endPoint);
        listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen(Backlog);
        }
        catch (SocketException exception)
        {
            throw new ListenException(endPoint, exception);
        }
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        // A thread of its own, not the pool: see DedicatedThreads for what the pool's spinning costs.
        accepting = new Thread(Accept) { IsBackground = true, Name = "PushBridge accept" };
        accepting.Start();
        return Task.CompletedTask;
    }

    /// <summary>Accepts no more, executes what has arrived, answers it, and waits until the backends are gone.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        StopAccepting();
        foreach (TextConnection connection in connections.Keys)
        {
            connection.StopReading();
        }
        try
        {
            await Task.WhenAll(connections.Values).WaitAsync(StopTimeout, time, cancellationToken);
        }
        catch (Exception exception)
            when (exception is TimeoutException or OperationCanceledException)
        {
            // A backend that does not take its replies; the process ends without it.
        }
    }

    public void Dispose()
    {
        StopAccepting();
        stopping.Dispose();
    }

    private void StopAccepting()
    {
        if (!stopping.IsSet)
        {
            stopping.Set();
            listener?.Dispose();
            accepting?.Join();
        }
    }

    private void Accept()
    {
        while (!stopping.IsSet)
        {
            try
            {
                Begin(listener!.Accept());
            }
            catch (Exception exception)
                when (exception is SocketException or ObjectDisposedException)
            {
                if (!stopping.IsSet)
                {
                    // Out of descriptors, or a connection that was gone before it was accepted.
                    log.AcceptFailed(
                        (exception as SocketException)?.SocketErrorCode ?? SocketError.Shutdown
                    );
                    stopping.Wait(AcceptRetry);
                }
            }
        }
    }

    private void Begin(Socket socket)
    {
        if (Interlocked.Increment(ref count) > options.MaxConnections)
        {
            Interlocked.Decrement(ref count);
            log.Full(options.MaxConnections);
            socket.Dispose();
            return;
        }
        if (!TryConfigure(socket))
        {
            Interlocked.Decrement(ref count);
            return;
        }
        ReplySender replies = new(socket, options.MaxPendingReplyBytes, metrics);
        TextConnection connection = new(
            socket,
            new TextSession(executor, replies, options, new FirstReplies(time), metrics),
            replies,
            time,
            log
        );
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        connections[connection] = ended.Task;
        if (!threads.TryRun(() => Serve(connection, ended)))
        {
            _ = ServeAsync(connection, ended);
        }
        if (stopping.IsSet)
        {
            connection.StopReading();
        }
    }

    private static bool TryConfigure(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            socket.Blocking = false;
            TextConnection.AcknowledgeAtOnce(socket);
            return true;
        }
        catch (SocketException)
        {
            socket.Dispose(); // It was reset before it was accepted.
            return false;
        }
    }

    private void Serve(TextConnection connection, TaskCompletionSource ended)
    {
        bool peerFinished = true;
        try
        {
            peerFinished = connection.Read();
        }
        catch (Exception exception)
        {
            log.ConnectionFailed(exception);
        }
        _ = EndAsync(connection, peerFinished, ended);
    }

    private async Task ServeAsync(TextConnection connection, TaskCompletionSource ended)
    {
        // Leaves the accepting thread: reads complete at once, one after the other, while a backend sends without a pause.
        await Task.Yield();
        bool peerFinished = true;
        try
        {
            peerFinished = await connection.ReadAsync();
        }
        catch (Exception exception)
        {
            log.ConnectionFailed(exception);
        }
        await EndAsync(connection, peerFinished, ended);
    }

    private async Task EndAsync(
        TextConnection connection,
        bool peerFinished,
        TaskCompletionSource ended
    )
    {
        await connection.CloseAsync(peerFinished);
        Interlocked.Decrement(ref count);
        connections.TryRemove(connection, out _);
        ended.SetResult();
    }
}
