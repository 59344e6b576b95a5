using Microsoft.AspNetCore.Routing;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Clients.SignalR;

namespace PushBridge;

/// <summary>Adds the clients' endpoints to an application.</summary>
public static class PushBridgeEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps raw WebSocket clients at <paramref name="rawPath"/> and SignalR clients at <paramref name="hubPath"/>. A request for
    /// the raw path that is no WebSocket handshake is left to the application's other endpoints. Needs
    /// <see cref="PushBridgeHostApplicationBuilderExtensions.AddPushBridge"/>.
    /// </summary>
    public static IEndpointRouteBuilder MapPushBridge(
        this IEndpointRouteBuilder endpoints,
        string rawPath = "/",
        string hubPath = "/hub"
    )
    {
        RawWebSocketEndpoint raw =
            endpoints.ServiceProvider.GetRequiredService<RawWebSocketEndpoint>();
        endpoints.MapGet(rawPath, raw.ServeAsync).WithMetadata(new UpgradeOnly()).WithOrder(-1);
        endpoints
            .MapHub<PushHub>(hubPath)
            .Add(endpoints.ServiceProvider.GetRequiredService<HubDoor>().Guard);
        return endpoints;
    }
}
