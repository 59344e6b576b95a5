using Microsoft.AspNetCore.SignalR;
using PushBridge.Clients.SignalR;

namespace PushBridge;

/// <summary>
/// The hub that SignalR clients connect to. They say who they are with the query parameter <c>uid</c> or, within ten seconds,
/// with <see cref="Register"/>; every message arrives as the client method <c>message</c> with one argument, the JSON value.
/// <c>IHubContext&lt;PushHub&gt;</c> reaches these clients and the raw WebSocket clients alike.
/// </summary>
public sealed class PushHub : Hub
{
    /// <summary>Says who the client is; the first uid of a connection stays. A bad or overcrowded uid ends the connection.</summary>
    /// <param name="uid">1 to 256 bytes of UTF-8 without control characters.</param>
    public void Register(string uid) => Context.Features.Get<HubClientConnection>()?.Register(uid);
}
