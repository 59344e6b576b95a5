using PushBridge.Backplane;
using PushBridge.Connections;
using PushBridge.FunctionalTests.Doors;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>
/// Two nodes and their Redis server, for the tests of one class, one after the other. Backends come to the first; a uid's clients all to
/// the same node, the uid "b" and every other one to the first, the rest to the second.
/// </summary>
public sealed class NodePair : IAsyncLifetime
{
    private RedisServer? redis;

    internal PushBridgeServer First { get; private set; } = null!;

    internal PushBridgeServer Second { get; private set; } = null!;

    internal string RedisAddress => redis!.Address;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        First = await PushBridgeServer.StartAsync($"Backplane:Redis={redis.Address}");
        Second = await PushBridgeServer.StartAsync($"Backplane:Redis={redis.Address}");
        await PushBridgeServer.EventuallyAsync(
            () =>
                new[] { First, Second }.All(node =>
                    BackplaneOf(node) is { State: BackplaneState.Available, Peers.Count: 1 }
                ),
            "both nodes know each other"
        );
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await redis!.DisposeAsync();
    }

    /// <summary>The pair as one deployment, when the last test's clients are gone.</summary>
    internal async Task<IDeployment> UseAsync()
    {
        ConnectionRegistry[] registries =
        [
            First.Services.GetRequiredService<ConnectionRegistry>(),
            Second.Services.GetRequiredService<ConnectionRegistry>(),
        ];
        // A client that polls is not missed for a while.
        foreach (ClientConnection left in registries.SelectMany(registry => registry.All))
        {
            left.Close(CloseReason.GoingAway);
        }
        await PushBridgeServer.EventuallyAsync(
            () => registries.All(registry => registry.Total == 0),
            "no client is left"
        );
        await UntilRedisSaysAsync("PUBSUB CHANNELS pushbridge:[ug]:*", "*0");
        return new Use(this);
    }

    /// <summary>What is none of theirs the nodes drop.</summary>
    private Task LeftAsync(string uid)
    {
        uid = uid.Replace("\\", "\\\\").Replace("\"", "\\\"");
        return UntilRedisSaysAsync($"PUBLISH \"pushbridge:u:{uid}\" -", ":0");
    }

    /// <summary>Until nobody is subscribed any more, other nodes are told that somebody may be there.</summary>
    private async Task UntilRedisSaysAsync(string command, string answer)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
        while (await redis!.CommandAsync(command) != answer)
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    internal static IBackplane BackplaneOf(PushBridgeServer node) =>
        node.Services.GetRequiredService<IBackplane>();

    private sealed class Use(NodePair pair) : IDeployment
    {
        public PushBridgeServer Backends => pair.First;

        public PushBridgeServer HomeOf(string uid) =>
            uid.Sum(letter => letter) % 2 == 0 ? pair.First : pair.Second;

        public async Task WaitForUidAsync(string uid, int connections)
        {
            await HomeOf(uid).WaitForUidAsync(uid, connections);
            if (connections > 0)
            {
                await BackplaneOf(HomeOf(uid)).WhenHeldAsync(Topic.OfUid(uid));
            }
            else
            {
                await pair.LeftAsync(uid);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
