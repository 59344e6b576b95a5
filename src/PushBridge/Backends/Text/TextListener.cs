using System.Net;
using System.Net.Sockets;
using PushBridge.Commands;
using PushBridge.Hosting.Listeners;
using PushBridge.Security;

namespace PushBridge.Backends.Text;

/// <summary>
/// One text listener: accepts backends and gives each its <see cref="TextConnection"/>, on a dedicated thread while there are
/// some, else on the thread pool. Accepting survives everything but being stopped, descriptor exhaustion included.
/// </summary>
internal sealed class TextListener : IOpenListener
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(50);

    private readonly TextServices services;
    private readonly TlsHandshake handshake;
    private readonly BoundListener listener;
    private readonly Thread accepting;
    private readonly bool isShared;
    private readonly Lazy<Task> stopped;
    private readonly TaskCompletionSource stopping = new();
    private long accepted;

    private TextListener(
        TextServices services,
        TlsHandshake handshake,
        BoundListener listener,
        bool isShared
    )
    {
        this.isShared = isShared;
        if (isShared)
        {
            SharedPort.Enter(listener.Socket);
        }
        this.services = services;
        this.handshake = handshake;
        this.listener = listener;
        stopped = new Lazy<Task>(StopAsync);
        // A thread of its own, not the pool: see DedicatedThreads for what the pool's spinning costs.
        accepting = new Thread(Accept) { IsBackground = true, Name = "PushBridge accept" };
    }

    public EndPoint EndPoint => listener.EndPoint;

    public int Connections => services.Taken.Keys.Count(place => place.Listener == this);

    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    public static TextListener Open(TextServices services, ListenerPlan plan)
    {
        // With a secret to present, a certificate is not the only way in.
        PortTls? tls = services.Tls.Of(plan, isOptional: services.Door.NeedsSecret);
        TextListener opened = new(
            services,
            new TlsHandshake(tls, services),
            BoundListener.Open(plan.EndPoint, plan.ReusePort),
            plan.ReusePort
        );
        // Whoever opens it at run time must not be found, by his request and his trace, in what every later connection logs.
        opened.accepting.UnsafeStart();
        return opened;
    }

    /// <summary>The text protocol has no such word.</summary>
    public Task HandOverAsync() => StopAcceptingAsync();

    public Task StopAcceptingAsync() => stopped.Value;

    /// <summary>Executes what has arrived, answers it, and waits until the backends are gone.</summary>
    public Task DismissAsync() =>
        TextListeners.DismissAsync(
            services,
            place => place.Listener == this,
            CancellationToken.None
        );

    private async Task StopAsync()
    {
        if (isShared)
        {
            await SharedPort.LeaveAsync(listener.Socket, () => Volatile.Read(ref accepted));
        }
        await ListenSocket.EmptiedAsync(listener.Socket);
        stopping.SetResult();
        listener.Dispose();
        accepting.Join();
    }

    private void Accept()
    {
        while (!stopping.Task.IsCompleted)
        {
            try
            {
                Begin(listener.Accept());
            }
            catch (Exception exception)
                when (exception is SocketException or ObjectDisposedException)
            {
                if (!stopping.Task.IsCompleted)
                {
                    // Out of descriptors, or a connection that was gone before it was accepted.
                    services.Log.AcceptFailed(
                        (exception as SocketException)?.SocketErrorCode ?? SocketError.Shutdown
                    );
                    stopping.Task.Wait(AcceptRetry);
                }
            }
        }
    }

    private void Begin(Socket socket)
    {
        Interlocked.Increment(ref accepted);
        if (DescriptorReserve.IsTouchedBy(socket))
        {
            services.Log.AcceptFailed(SocketError.TooManyOpenSockets);
            socket.Dispose();
            return;
        }
        IPAddress? address = (socket.RemoteEndPoint as IPEndPoint)?.Address;
        if (!handshake.IsNeeded && services.Door.MustWait(address))
        {
            Refuse(socket);
            socket.Dispose();
            return;
        }
        if (!services.Places.TryTake(address))
        {
            socket.Dispose();
            return;
        }
        TextPlace place = new(socket, address) { Listener = this };
        services.Taken[place] = place.Ended.Task;
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
    }

    /// <summary>Over a bare socket: on a thread of its own if there is one.</summary>
    private void Serve(TextPlace place)
    {
        Open(place, new SocketLink(place.Socket), isKnown: place.IsByFile);
        if (!services.Threads.TryRun(() => Read(place)))
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
            using CancellationTokenSource timeout = new(LingeringClose.Limit, services.Time);
            await LingeringClose.RunAsync(place.Socket, peerFinished: false, timeout.Token);
            Leave(place);
            return;
        }
        Open(place, link, link.HasCertificate);
        if (!link.HasCertificate && services.Door.MustWait(place.Address))
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
            return await handshake.TryAsync(place.Socket, place.Address);
        }
        catch (Exception exception)
        {
            services.Log.ConnectionFailed(exception);
            return null;
        }
    }

    private void Open(TextPlace place, ITextLink link, bool isKnown)
    {
        ReplySender replies = new(link, services.Options.MaxPendingReplyBytes, services.Metrics);
        TextSession session = new(
            services.Executor,
            replies,
            services.Options,
            new FirstReplies(services.Time),
            services.Metrics,
            new BackendEntry(services.Door, place.Address, isKnown),
            services.Time
        );
        place.Connection = new TextConnection(
            place.Socket,
            link,
            session,
            replies,
            services.Time,
            services.Metrics,
            services.Log
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
            services.Log.ConnectionFailed(exception);
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
            services.Log.ConnectionFailed(exception);
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
        services.Places.Leave(place.Address);
        services.Taken.TryRemove(place, out _);
        place.Ended.SetResult();
    }
}
