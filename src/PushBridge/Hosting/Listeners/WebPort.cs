using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace PushBridge.Hosting.Listeners;

/// <summary>What the web server takes for an address: all listeners of one protocol, with TLS or without.</summary>
internal sealed class WebEndPoint(ListenerProtocol protocol, bool isTls) : EndPoint
{
    public override string ToString() =>
        $"{protocol.ToString().ToLowerInvariant()}{(isTls ? "-tls" : "")}";
}

/// <summary>
/// What the web server takes for one listener: it accepts what any number of listeners accept, which come and go without its knowledge. Its own way,
/// a change of its configuration, aborts the connections of a listener that goes, and tells nobody when one cannot come.
/// </summary>
internal sealed class WebPort(WebEndPoint endPoint) : IConnectionListener
{
    /// <summary>Accepted and not taken yet; what is more waits in the kernel.</summary>
    private const int Waiting = 16;

    private readonly Channel<ConnectionContext> accepted = Channel.CreateBounded<ConnectionContext>(
        new BoundedChannelOptions(Waiting)
        {
            SingleReader = true,
            AllowSynchronousContinuations = true,
        }
    );
    private readonly Lock gate = new();
    private readonly HashSet<WebListener> listeners = [];
    private bool isUnbound;

    public EndPoint EndPoint => endPoint;

    /// <summary>To be called by a listener for each connection; false when the server has stopped.</summary>
    public async ValueTask<bool> TryPassOnAsync(ConnectionContext connection)
    {
        while (await accepted.Writer.WaitToWriteAsync())
        {
            if (accepted.Writer.TryWrite(connection))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Takes care that the listener ends with the server at the latest; false when the server has stopped.</summary>
    public bool TryAdd(WebListener listener)
    {
        lock (gate)
        {
            return !isUnbound && listeners.Add(listener);
        }
    }

    /// <summary>The listener has ended by itself.</summary>
    public void Remove(WebListener listener)
    {
        lock (gate)
        {
            listeners.Remove(listener);
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(
        CancellationToken cancellationToken = default
    )
    {
        while (await accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (accepted.Reader.TryRead(out ConnectionContext? connection))
            {
                return connection;
            }
        }
        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await Task.WhenAll(End().Select(listener => listener.StopAcceptingAsync()));
        accepted.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WebListener listener in End())
        {
            await listener.ReleaseAsync();
        }
    }

    private WebListener[] End()
    {
        lock (gate)
        {
            isUnbound = true;
            return [.. listeners];
        }
    }
}
