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
            // From version 1 on what a connection is called and what it is entered by are two things.
            .MapHub<PushHub>(hubPath, hub => hub.MinimumProtocolVersion = 1)
            .Add(endpoints.ServiceProvider.GetRequiredService<HubDoor>().Guard);
        return endpoints;
    }

    /// <summary>
    /// Maps the HTTP API for backends (PROTOCOL.md, section 4) below <paramref name="prefix"/>. It takes commands from programs and
    /// from no page of a foreign origin. Where <c>PushBridge:Backends</c> has secrets, a program presents one, unless the application has authenticated it
    /// (<c>RequireAuthorization</c> on what is returned); where it has none, who may push is the application's alone to say. Needs
    /// <see cref="PushBridgeHostApplicationBuilderExtensions.AddPushBridge"/>.
    /// </summary>
    public static RouteGroupBuilder MapPushBridgeApi(
        this IEndpointRouteBuilder endpoints,
        string prefix = "/api"
    ) => ApiEndpoints.Map(endpoints, prefix);
}
