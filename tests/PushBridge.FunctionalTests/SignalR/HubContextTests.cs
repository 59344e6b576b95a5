using PushBridge.FunctionalTests.Doors;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.SignalR;

/// <summary>All of it on one node.</summary>
public sealed class HubContextTests : HubContextTheories
{
    internal override async Task<IDeployment> StartAsync() =>
        new SingleNode(await PushBridgeServer.StartAsync());
}
