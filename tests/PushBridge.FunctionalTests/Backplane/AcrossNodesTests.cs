using PushBridge.FunctionalTests.Doors;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>All that holds on one node, with backends on one and clients on two.</summary>
public sealed class AcrossNodesTests(NodePair nodes) : DoorTheories, IClassFixture<NodePair>
{
    internal override Task<IDeployment> StartAsync() => nodes.UseAsync();
}
