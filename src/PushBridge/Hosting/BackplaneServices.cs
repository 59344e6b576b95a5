using Microsoft.Extensions.Options;
using PushBridge.Backplane;
using PushBridge.Backplane.Redis;

namespace PushBridge.Hosting;

/// <summary>Which backplane the configuration asks for, and what it is made of.</summary>
internal static class BackplaneServices
{
    public static void AddBackplane(this IServiceCollection services)
    {
        services.AddSingleton<BackplaneMetrics>();
        services.AddSingleton<PeerTable>();
        services.AddSingleton(provider => new RedisChannels(Options(provider).Prefix));
        services.AddSingleton(provider => new RedisNode(
            Options(provider),
            provider.GetRequiredService<RedisChannels>(),
            provider.GetRequiredService<PeerTable>()
        ));
        services.AddSingleton(provider => new RedisIds(
            provider.GetRequiredService<RedisNode>(),
            provider.GetRequiredService<RedisChannels>(),
            Options(provider).Timeout,
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new Requests(
            provider.GetRequiredService<TimeProvider>(),
            Options(provider).Timeout,
            provider.GetRequiredService<BackplaneMetrics>()
        ));
        services.AddSingleton(provider => new Inbox(
            Options(provider).MaxPendingBytes,
            provider.GetRequiredService<BackplaneMetrics>()
        ));
        services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<NodeTraffic>(
                provider,
                provider.GetRequiredService<RedisNode>().Id
            )
        );
        services.AddSingleton<RedisPresence>();
        services.AddSingleton<RedisLog>();
        services.AddSingleton<RedisBackplane>();
        services.AddSingleton<RedisService>();
        services.AddSingleton<SingleNodeBackplane>();
        services.AddSingleton<IBackplane>(provider =>
            Options(provider).IsShared
                ? provider.GetRequiredService<RedisBackplane>()
                : provider.GetRequiredService<SingleNodeBackplane>()
        );
    }

    private static BackplaneOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<BackplaneOptions>>().Value;
}
