using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>A raw WebSocket.</summary>
internal sealed class RawPushedClient(RawClient client) : IPushedClient
{
    public static async Task<IPushedClient> ConnectAsync(PushBridgeServer server, string uid) =>
        new RawPushedClient(await RawClient.ConnectAsync(server.ClientsUrl, uid));

    public Task<string> NextAsync() => client.NextAsync();

    public Task<(int Code, string Reason)> ClosedAsync() => client.Closed;

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
