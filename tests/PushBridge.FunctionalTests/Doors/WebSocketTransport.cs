using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>SignalR over WebSockets.</summary>
internal sealed class WebSocketTransport(HubClientWire wire) : IHubTransport
{
    public static async Task<IHubTransport> ConnectAsync(Uri clientsUrl, string uid) =>
        new WebSocketTransport(
            await HubClientWire.ConnectAsync(clientsUrl, $"?uid={Uri.EscapeDataString(uid)}")
        );

    public Task<string?> NextAsync() => wire.NextAsync();

    public ValueTask DisposeAsync() => wire.DisposeAsync();
}
