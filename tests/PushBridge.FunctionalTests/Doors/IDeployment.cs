using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>One node or several that backends and clients connect to as if it were one.</summary>
internal interface IDeployment : IAsyncDisposable
{
    /// <summary>Where backends connect.</summary>
    PushBridgeServer Backends { get; }

    /// <summary>Where the clients of the uid connect.</summary>
    PushBridgeServer HomeOf(string uid);

    /// <summary>Waits until the uid has so many connections, and pushes reach them.</summary>
    Task WaitForUidAsync(string uid, int connections);
}
