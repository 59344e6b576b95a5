using Microsoft.AspNetCore.Routing;
using PushBridge.Backends.Http;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Clients.SignalR;

namespace PushBridge;

/// <summary>Adds the endpoints of clients and of backends to an application.</summary>
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

    /// <summary>
    /// Maps the HTTP API for backends (PROTOCOL.md, section 4) below <paramref name="prefix"/>. It takes commands from every program that
    /// can reach it and from no page of a foreign origin; who those programs may be is the application's to say, for instance
    /// by <c>RequireAuthorization</c> on what is returned. Needs
    /// <see cref="PushBridgeHostApplicationBuilderExtensions.AddPushBridge"/>.
    /// </summary>
    public static RouteGroupBuilder MapPushBridgeApi(
        this IEndpointRouteBuilder endpoints,
        string prefix = "/api"
    ) => ApiEndpoints.Map(endpoints, prefix);
}
