using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushBridge.Backends.Text;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Security;

namespace PushBridge.Hosting;

/// <summary>
/// Our own listeners, one line each: the clients' port and the HTTP port on Kestrel, the text port on its own socket. Kestrel
/// takes its endpoints from configuration made of our options, which is what lets them change at run time.
/// </summary>
internal sealed class PushBridgeListeners(
    IOptions<ClientOptions> clients,
    IOptions<HttpOptions> http,
    TextListener text,
    BackendDoor door
)
{
    private const int Backlog = 4096;
    private const int MaxHeaders = 64;
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxRequestLineBytes = 8 * 1024;
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(60);

    private ListenOptions? clientListener;
    private ListenOptions? httpListener;

    /// <summary>Where each listens, with the real port, once the server has started.</summary>
    public IPEndPoint Clients => clientListener?.IPEndPoint ?? throw NotStarted();

    public IPEndPoint Http => httpListener?.IPEndPoint ?? throw NotStarted();

    public EndPoint Text => text.EndPoint ?? throw NotStarted();

    public bool IsTls => IsSet(clients.Value.Certificate.Path);

    /// <summary>Makes the host listen on our ports and on nothing else.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PushBridgeListeners>();
        builder.Services.Configure<ClientOptions>(options => options.HasOwnListener = true);
        builder.Services.Configure<SocketTransportOptions>(options =>
        {
            options.Backlog = Backlog;
            options.CreateBoundListenSocket = Bind;
        });
        ServiceDescriptor sockets = builder.Services.Last(service =>
            service.ServiceType == typeof(IConnectionListenerFactory)
        );
        builder.Services.Replace(
            ServiceDescriptor.Singleton(provider =>
                DescriptorReserve.Guard(
                    (IConnectionListenerFactory)
                        ActivatorUtilities.CreateInstance(provider, sockets.ImplementationType!)
                )
            )
        );
        builder
            .Services.AddOptions<KestrelServerOptions>()
            .Configure<PushBridgeListeners, RawWebSocketMiddleware>(
                (kestrel, listeners, raw) => listeners.Configure(kestrel, raw)
            );
    }

    private void Configure(KestrelServerOptions kestrel, RawWebSocketMiddleware raw)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        kestrel.Limits.RequestHeadersTimeout = HeadTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        IConfiguration endpoints = new ConfigurationBuilder()
            .AddInMemoryCollection(Endpoints())
            .Build();
        kestrel
            .Configure(endpoints)
            .Endpoint(
                "Clients",
                (EndpointConfiguration endpoint) =>
                {
                    clientListener = Open(endpoint, ListenerRole.Clients);
                    clientListener.Use(raw.Wrap);
                }
            )
            .Endpoint(
                "Http",
                (EndpointConfiguration endpoint) =>
                {
                    endpoint.ListenOptions.Use(Admit);
                    httpListener = Open(endpoint, ListenerRole.Http);
                }
            );
    }

    private Dictionary<string, string?> Endpoints()
    {
        CertificateOptions certificate = clients.Value.Certificate;
        return new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Endpoints:Clients:Url"] = Url(clients.Value.Listen, IsTls),
            ["Endpoints:Clients:Certificate:Path"] = IsSet(certificate.Path)
                ? certificate.Path
                : null,
            ["Endpoints:Clients:Certificate:KeyPath"] = IsSet(certificate.KeyPath)
                ? certificate.KeyPath
                : null,
            ["Endpoints:Clients:Certificate:Password"] = IsSet(certificate.Password)
                ? certificate.Password
                : null,
            ["Endpoints:Http:Url"] = Url(http.Value.Listen, isTls: false),
        };
    }

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

    /// <summary>TLS first: what follows, the raw WebSocket middleware among it, sees plaintext.</summary>
    private static ListenOptions Open(EndpointConfiguration endpoint, ListenerRole role)
    {
        ListenOptions listener = endpoint.ListenOptions;
        listener.Protocols = HttpProtocols.Http1;
        if (endpoint.IsHttps)
        {
            listener.UseHttps(endpoint.HttpsOptions);
        }
        ListenerFeature feature = new(role);
        listener.Use(next =>
            connection =>
            {
                connection.Features.Set(feature);
                return next(connection);
            }
        );
        return listener;
    }

    private static Socket Bind(EndPoint endPoint)
    {
        try
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        }
        catch (SocketException exception)
        {
            throw new ListenException(endPoint, exception);
        }
    }

    private static string Url(string listen, bool isTls)
    {
        _ = ListenAddressAttribute.TryParse(listen, out IPEndPoint endPoint);
        return $"{(isTls ? "https" : "http")}://{endPoint}";
    }

    private static bool IsSet(string? value) => !string.IsNullOrEmpty(value);

    private static InvalidOperationException NotStarted() => new("The server has not started.");
}
