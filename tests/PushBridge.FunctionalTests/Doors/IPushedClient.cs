namespace PushBridge.FunctionalTests.Doors;

/// <summary>A browser of some kind that has said its uid.</summary>
internal interface IPushedClient : IAsyncDisposable
{
    /// <summary>The next message's exact text; of a hub client, its only argument as it stood on the wire.</summary>
    Task<string> NextAsync();

    /// <summary>The code and text the server ended the connection with.</summary>
    Task<(int Code, string Reason)> ClosedAsync();
}
