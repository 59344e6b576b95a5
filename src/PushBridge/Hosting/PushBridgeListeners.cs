using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Listeners;

namespace PushBridge.Hosting;

/// <summary>The three listeners of every server, and the host that listens on them and on nothing else but further ones of ours.</summary>
internal sealed class PushBridgeListeners(
    ListenerTable table,
    IOptions<ClientOptions> clients,
    IOptions<HttpOptions> http,
    IOptions<TextOptions> text
)
{
    private const int Backlog = 4096;

    /// <summary>Where each listens, with the real port, once the server has started.</summary>
    public IPEndPoint Clients => (IPEndPoint)Find(ListenerName.Clients);

    public IPEndPoint Http => (IPEndPoint)Find(ListenerName.Http);

    public EndPoint Text => Find(ListenerName.Text);

    public string ClientsScheme => clients.Value.Certificate.IsSet ? "https" : "http";

    public string HttpScheme => http.Value.Certificate.IsSet ? "https" : "http";

    public string TextScheme => text.Value.Certificate.IsSet ? "tls" : "tcp";

    /// <summary>Makes the host listen on our ports and on nothing else.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PushBridgeListeners>();
        builder.Services.Configure<ClientOptions>(options => options.HasOwnListener = true);
        builder.Services.Configure<SocketTransportOptions>(options => options.Backlog = Backlog);
        ServiceDescriptor kestrel = builder.Services.Last(service =>
            service.ServiceType == typeof(IServer)
        );
        builder.Services.Replace(
            ServiceDescriptor.Singleton<IServer>(provider => new PromptServer(
                (IServer)ActivatorUtilities.CreateInstance(provider, kestrel.ImplementationType!)
            ))
        );
        builder.Services.Replace(
            ServiceDescriptor.Singleton<IConnectionListenerFactory>(provider =>
                provider.GetRequiredService<WebListeners>()
            )
        );
        builder
            .Services.AddOptions<KestrelServerOptions>()
            .Configure<WebListeners>((options, listeners) => listeners.ServeBy(options));
    }

    private EndPoint Find(string name) =>
        table.Find(name)?.EndPoint
        ?? throw new InvalidOperationException("The server has not started.");
}
