using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>A server of its own for one test.</summary>
internal sealed class SingleNode(PushBridgeServer server) : IDeployment
{
    public PushBridgeServer Backends => server;

    public PushBridgeServer HomeOf(string uid) => server;

    public Task WaitForUidAsync(string uid, int connections) =>
        server.WaitForUidAsync(uid, connections);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
