using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushBridge.Backends.Http;
using PushBridge.Backends.Text;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Clients.SignalR;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Delivery;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Listeners;
using PushBridge.Observability.Prometheus;
using PushBridge.Operators;
using PushBridge.Security;
using PushBridge.Security.Authentication;

namespace PushBridge;

/// <summary>Adds the push server to an application.</summary>
public static class PushBridgeHostApplicationBuilderExtensions
{
    /// <summary>
    /// Adds what serves clients and backends, configured by the section <c>PushBridge</c>. The text port starts and stops with
    /// the application; <see cref="PushBridgeEndpointRouteBuilderExtensions.MapPushBridge"/> adds the clients' endpoints.
    /// </summary>
    public static IHostApplicationBuilder AddPushBridge(this IHostApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptionsArea<ServerOptions>(ServerOptions.Section);
        services.AddOptionsArea<ClientOptions>(ClientOptions.Section);
        services.AddOptionsArea<TextOptions>(TextOptions.Section);
        services.AddOptionsArea<HttpOptions>(HttpOptions.Section);
        services.AddOptionsArea<BackendOptions>(BackendOptions.Section);
        services.AddOptionsArea<QueueOptions>(QueueOptions.Section);
        services.AddOptionsArea<IdOptions>(IdOptions.Section);
        services.AddOptionsArea<DrainOptions>(DrainOptions.Section);
        services.AddOptionsArea<BackplaneOptions>(BackplaneOptions.Section);
        services.AddOptionsArea<DaemonOptions>(DaemonOptions.Section);
        services.AddOptionsArea<LogOptions>(LogOptions.Section);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CoarseClock>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<ConnectionMetrics>();
        services.AddSingleton<PrometheusExporter>();
        services.AddSingleton<StatsReader>();
        services.AddSingleton<StatsRecorder>();
        services.AddSingleton<UidFinder>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<ClientServices>();
        services.AddSingleton<AddressLimits>();
        services.AddSingleton<AdmissionLog>();
        services.AddSingleton<AdmissionGate>();
        services.AddSingleton<MessageDelivery>();
        services.AddSingleton<LocalCommands>();
        services.AddSingleton<AnsweredIds>();
        services.AddSingleton<DeliveredIds>();
        services.AddSingleton<IdClaims>();
        services.AddSingleton<NodeCommands>();
        services.AddSingleton<CommandExecutor>();
        services.AddBackplane();
        services.AddSingleton<IPushBridge, LocalPushBridge>();
        services.AddSingleton<ApiSecret>();
        services.AddSingleton<ApiDoor>();
        services.AddSingleton<CommandStream>();

        services.AddSingleton<Exposure>();
        services.AddSingleton<IValidateOptions<ServerOptions>, ExposureRule>();
        services.AddSingleton<IValidateOptions<ServerOptions>, AddressRule>();
        services.AddSingleton<KnownKeys>();
        services.AddSingleton<ChangedConfiguration>();
        services.TryAddSingleton<IRootKeys, NearMisses>();
        services.AddSingleton<IValidateOptions<ServerOptions>, KnownKeysRule>();

        services.AddSingleton<SecurityLog>();
        services.AddSingleton<OriginPolicy>();
        AddClientAuthentication(services);
        services.AddSingleton<BackendSecrets>();
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<BackendDoorLog>();
        services.AddSingleton<BackendDoor>();

        services.AddSingleton<Handshake>();
        services.AddSingleton<RawWebSocketMiddleware>();
        services.AddSingleton<RawWebSocketEndpoint>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<MatcherPolicy, UpgradeMatcherPolicy>()
        );

        services.AddSignalR().AddHubOptions<PushHub>(HubLimits.Apply);
        services.AddSingleton<HubLifetimeManager<PushHub>, PushHubLifetimeManager>();
        services.AddSingleton<HubDoor>();

        services.AddSingleton<TextLog>();
        services.AddSingleton<TextPlaces>();
        services.AddSingleton<TextServices>();
        AddListeners(services);

        services.AddHostedService<HostChecks>();
        services.AddHostedService<InsecureWarning>();
        services.AddHostedService<OpenEndpointsWarning>();

        // Started in this order, stopped in the reverse: the drain comes before everything stops.
        services.AddHostedService<Heartbeat>();
        services.AddHostedService<NodeLink>();
        services.AddHostedService(provider => provider.GetRequiredService<StatsRecorder>());
        services.AddHostedService(provider => provider.GetRequiredService<PrometheusExporter>());
        services.AddHostedService<ListenerHost>();
        services.AddHostedService<ListenerReload>();
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        return builder;
    }

    private static void AddListeners(IServiceCollection services)
    {
        services.AddSingleton<ListenerLog>();
        services.AddSingleton<PortTlsLog>();
        services.AddSingleton<ListenerTls>();
        services.AddSingleton<ListenerPlans>();
        services.AddSingleton<ListenerSettings>();
        services.AddSingleton<TextListeners>();
        services.AddSingleton<WebServices>();
        services.AddSingleton<EmbeddedWebServer>();
        services.AddSingleton<WebListeners>();
        services.AddSingleton<IListenerOpener>(provider =>
            provider.GetRequiredService<TextListeners>()
        );
        services.AddSingleton<IListenerOpener>(provider =>
            provider.GetRequiredService<WebListeners>()
        );
        services.AddSingleton<ListenerTable>();
        services.AddSingleton<IPushListeners>(provider =>
            provider.GetRequiredService<ListenerTable>()
        );
        services.PostConfigure<SocketTransportOptions>(options =>
        {
            Func<EndPoint, Socket> others = options.CreateBoundListenSocket;
            options.CreateBoundListenSocket = address =>
                address is PlannedEndPoint ours ? ours.Bind() : others(address);
        });
    }

    private static void AddClientAuthentication(IServiceCollection services)
    {
        services.AddSingleton<AuthenticationLog>();
        services.AddSingleton<ServiceClient>();
        services.AddSingleton<AnswerCache>();
        services.AddSingleton<ConfiguredKeys>();
        services.AddSingleton<PublishedKeys>();
        services.AddSingleton<OpenAuthenticator>();
        services.AddSingleton<TokenAuthenticator>();
        services.AddSingleton<WebhookAuthenticator>();
        services.AddSingleton<IClientAuthenticator>(provider =>
            provider.GetRequiredService<IOptions<ClientOptions>>().Value.Authentication.Mode switch
            {
                ClientAuthenticationMode.Token => provider.GetRequiredService<TokenAuthenticator>(),
                ClientAuthenticationMode.Webhook =>
                    provider.GetRequiredService<WebhookAuthenticator>(),
                _ => provider.GetRequiredService<OpenAuthenticator>(),
            }
        );
        services.AddSingleton<ArrivalReader>();
        services.AddSingleton<ClientDoor>();
    }
}
