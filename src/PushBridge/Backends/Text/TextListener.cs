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
    TextPlaces places,
    TlsHandshake handshake,
    TimeProvider time,
    ServerMetrics metrics,
    TextLog log
) : IHostedService, IDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1.5);

    private readonly TextOptions options = options.Value;
    private readonly DedicatedThreads threads = new(options.Value.DedicatedThreads);
    private readonly ConcurrentDictionary<TextPlace, Task> taken = new();
    private readonly ManualResetEventSlim stopping = new();
    private BoundListener? listener;
    private Thread? accepting;

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
        foreach (TextPlace place in taken.Keys)
        {
            place.Stop();
        }
        try
        {
            await Task.WhenAll(taken.Values).WaitAsync(StopTimeout, time, cancellationToken);
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
        if (!handshake.IsNeeded && door.WaitOf(address) > TimeSpan.Zero)
        {
            Refuse(socket);
            socket.Dispose();
            return;
        }
        if (!places.TryTake(address))
        {
            socket.Dispose();
            return;
        }
        TextPlace place = new(socket, address);
        taken[place] = place.Ended.Task;
        if (!BoundListener.TryConfigure(socket))
        {
            Leave(place);
        }
        else if (handshake.IsNeeded)
        {
            _ = ServeTlsAsync(place);
        }
        else
        {
            Serve(place);
        }
        if (stopping.IsSet)
        {
            place.Stop();
        }
    }

    /// <summary>Over a bare socket: on a thread of its own if there is one.</summary>
    private void Serve(TextPlace place)
    {
        Open(place, new SocketLink(place.Socket), isKnown: place.IsByFile);
        if (!threads.TryRun(() => Read(place)))
        {
            _ = ReadAsync(place);
        }
    }

    /// <summary>The handshake first: it says whether the backend has a certificate, and who has one is not locked out.</summary>
    private async Task ServeTlsAsync(TextPlace place)
    {
        await Task.Yield();
        if (await TryHandshakeAsync(place) is not { } link)
        {
            using CancellationTokenSource timeout = new(LingeringClose.Limit, time);
            await LingeringClose.RunAsync(place.Socket, peerFinished: false, timeout.Token);
            Leave(place);
            return;
        }
        Open(place, link, link.HasCertificate);
        if (stopping.IsSet)
        {
            place.Stop();
        }
        if (!link.HasCertificate && door.WaitOf(place.Address) > TimeSpan.Zero)
        {
            place.Connection!.Refuse();
            await EndAsync(place, peerFinished: false);
            return;
        }
        await ReadAsync(place);
    }

    private async Task<TlsLink?> TryHandshakeAsync(TextPlace place)
    {
        try
        {
            return await handshake.TryAsync(place.Socket);
        }
        catch (Exception exception)
        {
            log.ConnectionFailed(exception);
            return null;
        }
    }

    private void Open(TextPlace place, ITextLink link, bool isKnown)
    {
        ReplySender replies = new(link, options.MaxPendingReplyBytes, metrics);
        TextSession session = new(
            executor,
            replies,
            options,
            new FirstReplies(time),
            metrics,
            new BackendEntry(door, place.Address, isKnown),
            time
        );
        place.Connection = new TextConnection(
            place.Socket,
            link,
            session,
            replies,
            time,
            metrics,
            log
        );
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

    private void Read(TextPlace place)
    {
        bool peerFinished = true;
        try
        {
            peerFinished = place.Connection!.Read();
        }
        catch (Exception exception)
        {
            log.ConnectionFailed(exception);
        }
        _ = EndAsync(place, peerFinished);
    }

    private async Task ReadAsync(TextPlace place)
    {
        // Leaves the accepting thread: reads complete at once, one after the other, while a backend sends without a pause.
        await Task.Yield();
        bool peerFinished = true;
        try
        {
            peerFinished = await place.Connection!.ReadAsync();
        }
        catch (Exception exception)
        {
            log.ConnectionFailed(exception);
        }
        await EndAsync(place, peerFinished);
    }

    private async Task EndAsync(TextPlace place, bool peerFinished)
    {
        await place.Connection!.CloseAsync(peerFinished);
        Leave(place);
    }

    private void Leave(TextPlace place)
    {
        place.Socket.Dispose();
        places.Leave(place.Address);
        taken.TryRemove(place, out _);
        place.Ended.SetResult();
    }
}
