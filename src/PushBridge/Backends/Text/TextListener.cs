using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PushBridge.Commands;
using PushBridge.Security;

namespace PushBridge.Backends.Text;

/// <summary>
/// The text port: accepts backends and gives each its <see cref="TextConnection"/>, on a dedicated thread while there are
/// some, else on the thread pool. Accepting survives everything but being stopped, descriptor exhaustion included.
/// </summary>
internal sealed class TextListener(
    CommandExecutor executor,
    IOptions<TextOptions> options,
    BackendDoor door,
    TimeProvider time,
    ServerMetrics metrics,
    TextLog log
) : IHostedService, IDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1.5);

    private readonly TextOptions options = options.Value;
    private readonly DedicatedThreads threads = new(options.Value.DedicatedThreads);
    private readonly ConcurrentDictionary<TextConnection, Task> connections = new();
    private readonly AddressCounts addresses = new(options.Value.MaxConnectionsPerAddress);
    private readonly ManualResetEventSlim stopping = new();
    private BoundListener? listener;
    private Thread? accepting;
    private int count;

    /// <summary>Where it listens, with the real port; null before the start.</summary>
    public EndPoint? EndPoint => listener?.EndPoint;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener = BoundListener.Open(options.Listen);
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
        if (DescriptorReserve.IsTouchedBy(socket))
        {
            log.AcceptFailed(SocketError.TooManyOpenSockets);
            socket.Dispose();
            return;
        }
        IPAddress? address = (socket.RemoteEndPoint as IPEndPoint)?.Address;
        if (!Admits(address, socket))
        {
            socket.Dispose();
            return;
        }
        // Who came by a Unix socket may write to its file; only such a peer has no address.
        BackendEntry entry = new(door, address, isKnown: address is null);
        ReplySender replies = new(socket, options.MaxPendingReplyBytes, metrics);
        TextConnection connection = new(
            socket,
            new TextSession(
                executor,
                replies,
                options,
                new FirstReplies(time),
                metrics,
                entry,
                time
            ),
            replies,
            time,
            metrics,
            log
        );
        Place place = new(connection, address);
        connections[connection] = place.Ended.Task;
        if (!threads.TryRun(() => Serve(place)))
        {
            _ = ServeAsync(place);
        }
        if (stopping.IsSet)
        {
            connection.StopReading();
        }
    }

    /// <summary>Whether a backend from there may come in now; it then takes a place, which <see cref="Leave"/> gives back.</summary>
    private bool Admits(IPAddress? address, Socket socket)
    {
        if (!door.Admits(address))
        {
            return false;
        }
        if (door.WaitOf(address) > TimeSpan.Zero)
        {
            Refuse(socket);
            return false;
        }
        if (Interlocked.Increment(ref count) > options.MaxConnections)
        {
            Interlocked.Decrement(ref count);
            metrics.Limited(Limit.TextConnections);
            log.Full(options.MaxConnections);
            return false;
        }
        if (!addresses.TryEnter(address))
        {
            Interlocked.Decrement(ref count);
            metrics.Limited(Limit.TextConnectionsPerAddress);
            log.FullForAddress(options.MaxConnectionsPerAddress);
            return false;
        }
        if (!BoundListener.TryConfigure(socket))
        {
            Leave(address);
            return false;
        }
        return true;
    }

    private void Leave(IPAddress? address)
    {
        Interlocked.Decrement(ref count);
        addresses.Leave(address);
    }

    /// <summary>Says why in a word, if the peer still listens; it is not worth waiting for.</summary>
    private static void Refuse(Socket socket)
    {
        try
        {
            socket.Blocking = false;
            socket.Send(Replies.Fail, SocketFlags.None, out _);
        }
        catch (SocketException)
        {
            // It was reset before it was refused.
        }
    }

    private void Serve(Place place)
    {
        bool peerFinished = true;
        try
        {
            peerFinished = place.Connection.Read();
        }
        catch (Exception exception)
        {
            log.ConnectionFailed(exception);
        }
        _ = EndAsync(place, peerFinished);
    }

    private async Task ServeAsync(Place place)
    {
        // Leaves the accepting thread: reads complete at once, one after the other, while a backend sends without a pause.
        await Task.Yield();
        bool peerFinished = true;
        try
        {
            peerFinished = await place.Connection.ReadAsync();
        }
        catch (Exception exception)
        {
            log.ConnectionFailed(exception);
        }
        await EndAsync(place, peerFinished);
    }

    private async Task EndAsync(Place place, bool peerFinished)
    {
        await place.Connection.CloseAsync(peerFinished);
        Leave(place.Address);
        connections.TryRemove(place.Connection, out _);
        place.Ended.SetResult();
    }

    /// <summary>What a backend takes up while it is connected.</summary>
    private sealed record Place(TextConnection Connection, IPAddress? Address)
    {
        public TaskCompletionSource Ended { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
