using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>All of it on one node.</summary>
public sealed class DoorTests : DoorTheories
{
    internal override async Task<IDeployment> StartAsync() =>
        new SingleNode(await PushBridgeServer.StartAsync());
}
