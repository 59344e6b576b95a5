namespace PushBridge.FunctionalTests.Doors;

/// <summary>One of SignalR's three transports after its handshake: records come out without their separator.</summary>
internal interface IHubTransport : IAsyncDisposable
{
    /// <summary>The next record; null at the end of the connection.</summary>
    Task<string?> NextAsync();
}
