using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using PushBridge.Backends.Http;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Hosting.Listeners;
using PushBridge.Security;

namespace PushBridge.Hosting;

/// <summary>
/// Says at start what strangers on other machines can do by the addresses of an application that embeds us. Those are its own affair, hence a warning and
/// no refusal, but nobody who follows the sample should find out by himself.
/// </summary>
internal sealed partial class OpenEndpointsWarning(
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    IOptions<ClientOptions> clients,
    BackendDoor door,
    ILogger<OpenEndpointsWarning> logger
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!clients.Value.HasOwnListener)
        {
            lifetime.ApplicationStarted.Register(Look);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Look()
    {
        string? open = services
            .GetService<IServer>()
            ?.Features.Get<IServerAddressesFeature>()
            ?.Addresses.FirstOrDefault(address => !IsLoopback(address));
        if (open is null || services.GetService<EndpointDataSource>() is not { } endpoints)
        {
            return;
        }
        Endpoint[] unguarded =
        [
            .. endpoints.Endpoints.Where(endpoint =>
                endpoint.Metadata.GetMetadata<EmbeddedPorts.OurListenersOnly>() is null
                && endpoint.Metadata.GetMetadata<IAuthorizeData>() is null
                && endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is null
            ),
        ];
        bool isOpen = clients.Value.Authentication.Mode == ClientAuthenticationMode.Open;
        if (
            isOpen
            && unguarded.Any(endpoint => endpoint.Metadata.GetMetadata<UpgradeOnly>() is not null)
        )
        {
            ClientsAreBelieved(open);
        }
        if (
            !door.NeedsSecret
            && unguarded.Any(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>() is not null)
        )
        {
            AnybodyMayPush(open);
        }
    }

    /// <summary>What is no address of this machine alone: a wildcard, a name, an address of the network.</summary>
    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? url)
        && (url.IsLoopback || url.Scheme is not ("http" or "https"))
        && !(IPAddress.TryParse(url.Host, out IPAddress? ip) && !IPAddress.IsLoopback(ip));

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Clients that reach {Address} can be whoever they say they are. Set PushBridge:Clients:Authentication:Mode, or have the application authenticate them"
    )]
    private partial void ClientsAreBelieved(string address);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Anybody who reaches {Address} can push. Set PushBridge:Backends:Secrets, or RequireAuthorization on what MapPushBridgeApi returns"
    )]
    private partial void AnybodyMayPush(string address);
}
