using Microsoft.AspNetCore.Routing;
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
using PushBridge.Security;

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
        AddOptions<ClientOptions>(services, ClientOptions.Section);
        AddOptions<TextOptions>(services, TextOptions.Section);
        AddOptions<HttpOptions>(services, HttpOptions.Section);
        AddOptions<QueueOptions>(services, QueueOptions.Section);
        AddOptions<IdOptions>(services, IdOptions.Section);
        AddOptions<DrainOptions>(services, DrainOptions.Section);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CoarseClock>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<ClientServices>();
        services.AddSingleton<AdmissionGate>();
        services.AddSingleton<MessageDelivery>();
        services.AddSingleton<AnsweredIds>();
        services.AddSingleton<CommandExecutor>();
        services.AddSingleton<IPushBridge, LocalPushBridge>();
        services.AddSingleton<ApiDoor>();
        services.AddSingleton<CommandStream>();

        services.AddSingleton<SecurityLog>();
        services.AddSingleton<OriginPolicy>();

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
        services.AddSingleton<TextListener>();

        // Started in this order, stopped in the reverse: the drain comes before everything stops.
        services.AddHostedService<Heartbeat>();
        services.AddHostedService(provider => provider.GetRequiredService<TextListener>());
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        return builder;
    }

    private static void AddOptions<TOptions>(IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new OptionsValidator<TOptions>(section));
    }
}
