using PushBridge.FunctionalTests.Doors;
using PushBridge.FunctionalTests.SignalR;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>The application on one node, its clients on two.</summary>
public sealed class HubContextAcrossNodesTests(NodePair nodes)
    : HubContextTheories,
        IClassFixture<NodePair>
{
    internal override Task<IDeployment> StartAsync() => nodes.UseAsync();
}
