using PushBridge.Backplane;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>A node alone at its Redis server.</summary>
public sealed class OneNode : IAsyncLifetime
{
    internal RedisServer Redis { get; private set; } = null!;

    internal PushBridgeServer Server { get; private set; } = null!;

    internal IBackplane Backplane => NodePair.BackplaneOf(Server);

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        Server = await StartAnotherAsync();
    }

    /// <summary>A node that the caller ends.</summary>
    internal async Task<PushBridgeServer> StartAnotherAsync(params string[] settings)
    {
        PushBridgeServer server = await PushBridgeServer.StartAsync([
            $"Backplane:Redis={Redis.Address}",
            .. settings,
        ]);
        await PushBridgeServer.EventuallyAsync(
            () => NodePair.BackplaneOf(server).State == BackplaneState.Available,
            "the backplane is there"
        );
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
