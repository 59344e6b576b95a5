using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using PushBridge.Connections;
using PushBridge.Security;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// One listener for clients or for HTTP: accepts, says of each connection whose it is, and passes it on to the web server by its <see cref="WebPort"/>. When it
/// closes, its connections stay, and what they live on with them: buffers are released when the last one has gone.
/// </summary>
internal sealed class WebListener : IOpenListener
{
    private static readonly TimeSpan DismissTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>A connection still writes for a moment after its end.</summary>
    private static readonly TimeSpan ReleaseDelay = TimeSpan.FromSeconds(2);

    private readonly WebPort port;
    private readonly IConnectionListener sockets;
    private readonly Socket socket;
    private readonly WebServices services;
    private readonly Feature feature;
    private readonly bool isCounted;
    private readonly bool isShared;
    private readonly ConcurrentDictionary<ConnectionContext, bool> open = new();
    private readonly TaskCompletionSource released = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Task accepting;
    private readonly Lazy<Task> stopped;
    private Task ending = Task.CompletedTask;
    private long accepted;

    public WebListener(
        ListenerPlan plan,
        WebPort port,
        IConnectionListener sockets,
        Socket socket,
        PortTls? tls,
        WebServices services
    )
    {
        this.port = port;
        this.sockets = sockets;
        this.socket = socket;
        this.services = services;
        // Nobody closes the clients' own listener, and what its idle connections cost is measured in bytes: the registry counts them.
        isCounted =
            plan.Source != ListenerSource.Start || plan.Protocol != ListenerProtocol.Clients;
        Tls = tls;
        EndPoint = sockets.EndPoint;
        isShared = plan.ReusePort;
        if (isShared)
        {
            SharedPort.Enter(socket);
        }
        feature = new Feature(plan, (EndPoint as IPEndPoint)?.Address, this);
        stopped = new Lazy<Task>(StopAsync);
        using (ExecutionContext.SuppressFlow())
        {
            accepting = AcceptAsync();
        }
    }

    public EndPoint EndPoint { get; }

    public PortTls? Tls { get; }

    public int Connections =>
        isCounted ? open.Count : services.Registry.All.Count(client => client.Listener == feature);

    /// <summary>The listener that the connection came by; for connections of our web server only.</summary>
    public static WebListener Of(BaseConnectionContext connection) =>
        ((Feature)connection.Features.Get<ListenerFeature>()!).Listener;

    /// <summary>Serves the connection, and knows of it as long as that takes.</summary>
    public Task ServeAsync(ConnectionContext connection, ConnectionDelegate next) =>
        isCounted ? ServeCountedAsync(connection, next) : next(connection);

    public Task StopAcceptingAsync() => stopped.Value;

    public async Task DismissAsync()
    {
        foreach (ClientConnection client in services.Registry.All)
        {
            if (client.Listener == feature)
            {
                client.Close(CloseReason.GoingAway);
            }
        }
        long started = Ending.Time.GetTimestamp();
        await UntilAsync(() => services.Registry.All.All(client => client.Listener != feature));
        CloseIdle();
        await UntilAsync(() => !Others().Any());
        foreach (ConnectionContext connection in Others())
        {
            connection.Abort(new ConnectionAbortedException("The listener has closed."));
        }

        async Task UntilAsync(Func<bool> condition)
        {
            while (!condition() && Ending.Time.GetElapsedTime(started) < DismissTimeout)
            {
                await Task.Delay(Poll, Ending.Time);
            }
        }
    }

    public async Task HandOverAsync()
    {
        feature.IsLeaving = true;
        await StopAcceptingAsync();
        if (feature.Protocol == ListenerProtocol.Http)
        {
            CloseIdle();
        }
    }

    private IEnumerable<ConnectionContext> Others() =>
        open.Keys.Where(connection => connection.ConnectionId != feature.Asking);

    private void CloseIdle()
    {
        foreach (ConnectionContext connection in open.Keys)
        {
            // A request under way is still answered.
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    /// <summary>Ends it, and releases what connections live on: the server has stopped, and there are none any more.</summary>
    public async Task ReleaseAsync()
    {
        released.TrySetResult();
        await StopAcceptingAsync();
        await ending;
    }

    private async Task ServeCountedAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        open[connection] = true;
        try
        {
            await next(connection);
        }
        finally
        {
            open.TryRemove(connection, out _);
        }
    }

    private async Task AcceptAsync()
    {
        // Leaves the caller, who holds the table of listeners.
        await Task.Yield();
        try
        {
            while (await sockets.AcceptAsync() is { } connection)
            {
                Interlocked.Increment(ref accepted);
                connection.Features.Set<ListenerFeature>(feature);
                if (
                    DescriptorReserve.IsTouchedBy(connection)
                    || !await port.TryPassOnAsync(connection)
                )
                {
                    connection.Abort();
                    await connection.DisposeAsync();
                }
            }
        }
        catch (Exception exception)
        {
            services.Log.AcceptFailed(exception, feature.Name);
        }
    }

    private async Task StopAsync()
    {
        if (isShared)
        {
            await SharedPort.LeaveAsync(socket, () => Volatile.Read(ref accepted));
        }
        await ListenSocket.EmptiedAsync(socket);
        await sockets.UnbindAsync();
        await accepting;
        ending = EndAsync();
    }

    /// <summary>When the last connection has gone, or the server stops, what they live on is released.</summary>
    private async Task EndAsync()
    {
        bool isEmpty = false;
        while (!isEmpty && !released.Task.IsCompleted)
        {
            isEmpty = isCounted && open.IsEmpty;
            await Task.WhenAny(released.Task, Task.Delay(ReleaseDelay, Ending.Time));
        }
        port.Remove(this);
        await sockets.DisposeAsync();
    }

    private sealed class Feature(ListenerPlan plan, IPAddress? address, WebListener listener)
        : ListenerFeature(plan.Name, plan.Protocol, address)
    {
        public WebListener Listener => listener;
    }
}
