using Microsoft.AspNetCore.SignalR;
using PushBridge.Clients.SignalR;

namespace PushBridge;

/// <summary>
/// The hub that SignalR clients connect to. They say who they are with their request, by the query parameter <c>uid</c> or by
/// an access token, as the server is configured, or within ten seconds with <see cref="RegisterAsync"/>; every message arrives
/// as the client method <c>message</c> with one argument, the JSON value. <c>IHubContext&lt;PushHub&gt;</c> reaches these
/// clients and the raw WebSocket clients alike.
/// </summary>
public sealed class PushHub : Hub
{
    /// <summary>Says who the client is; the first uid of a connection stays. What is not believed, or an overcrowded uid, ends the connection.</summary>
    /// <param name="uidOrToken">The uid (1 to 256 bytes of UTF-8 without control characters), or the token where the server wants one.</param>
    [HubMethodName("Register")]
    public Task RegisterAsync(string uidOrToken) =>
        Client?.RegisterAsync(uidOrToken) ?? Task.CompletedTask;

    /// <summary>Shows a new token before the old one expires, so that the connection goes on. Another uid than before, or a bad token, ends the connection (4401).</summary>
    /// <param name="token">A token for the same uid.</param>
    /// <returns>False when the token cannot be checked now: the connection goes on as it was, and trying again may help.</returns>
    [HubMethodName("Renew")]
    public Task<bool> RenewAsync(string token) =>
        Client?.RenewAsync(token) ?? Task.FromResult(false);

    /// <summary>
    /// Puts this connection, which has to have a uid, into a group that <c>Clients:JoinableGroups</c> leaves to clients, until it
    /// leaves or closes.
    /// </summary>
    /// <returns>Null when that is done; otherwise why it is refused, in English.</returns>
    [HubMethodName("Join")]
    public Task<string?> JoinAsync(string group) => ClientGroups.Of(Context).JoinAsync(group);

    /// <summary>Takes this connection out of a group that it has joined by <see cref="JoinAsync"/>; of others it does nothing.</summary>
    public void Leave(string group) => ClientGroups.Of(Context).Leave(group);

    private HubClientConnection? Client => Context.Features.Get<HubClientConnection>();
}
