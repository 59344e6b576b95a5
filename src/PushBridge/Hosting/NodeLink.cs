using Microsoft.Extensions.Options;
using PushBridge.Backplane;
using PushBridge.Backplane.Redis;
using PushBridge.Commands;
using PushBridge.Connections;

namespace PushBridge.Hosting;

/// <summary>
/// Ties this node to the others, where there are others: what they send is executed here, and they are told whom this node has.
/// Starts before anybody is let in.
/// </summary>
internal sealed class NodeLink(
    IBackplane backplane,
    NodeCommands commands,
    ConnectionRegistry registry,
    IOptions<BackplaneOptions> options,
    IServiceProvider services
) : IHostedService
{
    private RedisService? redis;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsShared)
        {
            return;
        }
        backplane.Handler = commands.TryHandle;
        registry.PresenceChanged = (isGroup, name, isHere) =>
            backplane.Hold(new Topic(isGroup ? TopicKind.Group : TopicKind.Uid, name), isHere);
        redis = services.GetRequiredService<RedisService>();
        await redis.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        redis?.StopAsync(cancellationToken) ?? Task.CompletedTask;
}
