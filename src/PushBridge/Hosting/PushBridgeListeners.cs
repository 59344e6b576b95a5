using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
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
    IOptions<TextOptions> textOptions,
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

    public string ClientsScheme => clients.Value.Certificate.IsSet ? "https" : "http";

    public string HttpScheme => http.Value.Certificate.IsSet ? "https" : "http";

    public string TextScheme => textOptions.Value.Certificate.IsSet ? "tls" : "tcp";

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
                    clientListener = Open(endpoint, ListenerRole.Clients, ClientsTls());
                    clientListener.Use(raw.Wrap);
                }
            )
            .Endpoint(
                "Http",
                (EndpointConfiguration endpoint) =>
                {
                    endpoint.ListenOptions.Use(Admit);
                    httpListener = Open(endpoint, ListenerRole.Http, HttpTls());
                }
            );
    }

    private Dictionary<string, string?> Endpoints() =>
        new(StringComparer.Ordinal)
        {
            ["Endpoints:Clients:Url"] = Url(clients.Value.Listen),
            ["Endpoints:Http:Url"] = Url(http.Value.Listen),
        };

    /// <summary>Every client shows a certificate where an authority is named; what it says about itself is another matter.</summary>
    private PortTls? ClientsTls() =>
        PortTls.Of(
            clients.Value.Certificate,
            clients.Value.ClientCertificateAuthority,
            isOptional: false
        );

    private PortTls? HttpTls() =>
        PortTls.Of(
            http.Value.Certificate,
            http.Value.ClientCertificateAuthority,
            isOptional: door.NeedsSecret
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

    /// <summary>TLS first: what follows, the raw WebSocket middleware among it, sees plaintext.</summary>
    private static ListenOptions Open(
        EndpointConfiguration endpoint,
        ListenerRole role,
        PortTls? tls
    )
    {
        ListenOptions listener = endpoint.ListenOptions;
        listener.Protocols = HttpProtocols.Http1;
        if (tls is not null)
        {
            listener.UseHttps(Https(tls));
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

    private static HttpsConnectionAdapterOptions Https(PortTls tls) =>
        new()
        {
            ServerCertificate = tls.Certificate,
            ServerCertificateChain = tls.Intermediates,
            ClientCertificateMode =
                tls.Clients is null ? ClientCertificateMode.NoCertificate
                : tls.IsRequired ? ClientCertificateMode.RequireCertificate
                : ClientCertificateMode.AllowCertificate,
            OnAuthenticate = (_, connection) => connection.CertificateChainPolicy = tls.Clients,
        };

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

    /// <summary>For the address only; TLS is ours to add.</summary>
    private static string Url(string listen)
    {
        _ = ListenAddressAttribute.TryParse(listen, out IPEndPoint endPoint);
        return $"http://{endPoint}";
    }

    private static InvalidOperationException NotStarted() => new("The server has not started.");
}
