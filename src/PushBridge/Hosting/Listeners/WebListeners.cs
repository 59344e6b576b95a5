using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Security;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// Listeners for clients and for HTTP. The web server sees four that never change, one for each protocol with and without TLS
/// (<see cref="WebPort"/>); behind them ours open and close.
/// </summary>
internal sealed class WebListeners
    : IListenerOpener,
        IConnectionListenerFactory,
        IConnectionListenerFactorySelector
{
    private const int MaxHeaders = 64;
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxRequestLineBytes = 8 * 1024;
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(60);

    private readonly SocketTransportFactory sockets;
    private readonly RawWebSocketMiddleware raw;
    private readonly BackendDoor door;
    private readonly WebServices services;
    private readonly EmbeddedWebServer embedded;
    private readonly Dictionary<(ListenerProtocol, bool), WebPort> ports = [];
    private volatile bool isServed;

    public WebListeners(
        IOptions<SocketTransportOptions> options,
        ILoggerFactory loggers,
        RawWebSocketMiddleware raw,
        BackendDoor door,
        WebServices services,
        EmbeddedWebServer embedded
    )
    {
        sockets = new SocketTransportFactory(options, loggers);
        this.raw = raw;
        this.door = door;
        this.services = services;
        this.embedded = embedded;
        foreach (
            ListenerProtocol protocol in (ListenerProtocol[])
                [ListenerProtocol.Clients, ListenerProtocol.Http]
        )
        {
            ports[(protocol, false)] = new WebPort(new WebEndPoint(protocol, isTls: false));
            ports[(protocol, true)] = new WebPort(new WebEndPoint(protocol, isTls: true));
        }
    }

    public bool Speaks(ListenerProtocol protocol) =>
        protocol != ListenerProtocol.Text && (isServed || embedded.IsPossible);

    /// <summary>The application's own web server is ours: has it serve our ports.</summary>
    public void ServeBy(KestrelServerOptions kestrel)
    {
        AddTo(kestrel);
        isServed = true;
    }

    /// <summary>Has a web server serve our ports, and says what happens to a connection on each, in this order.</summary>
    public void AddTo(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        kestrel.Limits.RequestHeadersTimeout = HeadTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        foreach (((ListenerProtocol protocol, bool isTls), WebPort port) in ports)
        {
            kestrel.Listen(
                port.EndPoint,
                listener =>
                {
                    listener.Protocols = HttpProtocols.Http1;
                    if (protocol == ListenerProtocol.Http)
                    {
                        listener.Use(Admit);
                    }
                    listener.Use(next =>
                        connection => WebListener.Of(connection).ServeAsync(connection, next)
                    );
                    if (isTls)
                    {
                        // What follows sees plaintext, the raw WebSocket middleware among it.
                        listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = Tls });
                    }
                    if (protocol == ListenerProtocol.Clients)
                    {
                        listener.Use(raw.Wrap);
                    }
                }
            );
        }
    }

    public async Task<IOpenListener> OpenAsync(ListenerPlan plan)
    {
        if (!isServed)
        {
            await embedded.StartAsync(this);
        }
        WebPort port = ports[(plan.Protocol, plan.IsTls)];
        PlannedEndPoint address = new((IPEndPoint)plan.EndPoint, plan.ReusePort);
        // Every client shows a certificate where an authority is named; a backend may show a secret instead.
        PortTls? tls = services.Tls.Of(
            plan,
            isOptional: plan.Protocol == ListenerProtocol.Http && door.NeedsSecret
        );
        IConnectionListener bound;
        try
        {
            bound = await sockets.BindAsync(address);
        }
        catch (Exception exception) when (exception is SocketException or AddressInUseException)
        {
            address.Socket?.Dispose();
            throw ListenException.Of(new IPEndPoint(address.Address, address.Port), exception);
        }
        WebListener listener = new(plan, port, bound, address.Socket!, tls, services);
        if (!port.TryAdd(listener))
        {
            await listener.StopAcceptingAsync();
            await listener.ReleaseAsync();
        }
        return listener;
    }

    public bool CanBind(EndPoint endpoint) => endpoint is WebEndPoint;

    public ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint,
        CancellationToken cancellationToken = default
    ) =>
        ValueTask.FromResult<IConnectionListener>(
            ports.Values.Single(port => port.EndPoint == endpoint)
        );

    /// <summary>Before TLS: who comes from elsewhere gets no handshake either.</summary>
    private ConnectionDelegate Admit(ConnectionDelegate next) =>
        connection =>
        {
            if (door.Admits((connection.RemoteEndPoint as IPEndPoint)?.Address))
            {
                return next(connection);
            }
            connection.Abort(new ConnectionAbortedException("Not from an allowed network."));
            return Task.CompletedTask;
        };

    private static ValueTask<System.Net.Security.SslServerAuthenticationOptions> Tls(
        TlsHandshakeCallbackContext context
    ) => ValueTask.FromResult(WebListener.Of(context.Connection).Tls!.Options());
}
