using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Connections;
using PushBridge.Hosting;
using PushBridge.Hosting.Options;
using PushBridge.Security;

namespace PushBridge.Server.Pages;

/// <summary>The clients' port over HTTP: the hub and the demo page (raw WebSockets never get here).</summary>
internal static class ClientsPort
{
    public static void Configure(IApplicationBuilder app)
    {
        app.Use(PageHeaders.AddAsync);
        // Routing first: a WebSocket handshake for / that comes over a used connection must not get the page.
        app.UseRouting();
        app.UseWhen(
            context =>
                !context.Request.Path.StartsWithSegments(
                    "/dashboard",
                    StringComparison.OrdinalIgnoreCase
                ), // the operators', on their port
            pages => pages.UseDefaultFiles().UseStaticFiles()
        );
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapPushBridge();
            // The page shows lines that push to it, hence must know what they need; strangers need not.
            endpoints.MapGet(
                "/demo.json",
                (
                    HttpContext context,
                    PushBridgeListeners listeners,
                    BackendDoor door,
                    IOptions<ClientOptions> clients,
                    IOptions<TextOptions> text
                ) =>
                    context.Features.Get<ListenerFeature>()?.Address is { } address
                    && IPAddress.IsLoopback(address)
                        ? Results.Json(
                            new
                            {
                                text = TextAddress(listeners.Text),
                                tls = listeners.TextScheme == "tls",
                                certificate = !door.NeedsSecret
                                    && !string.IsNullOrEmpty(text.Value.ClientCertificateAuthority),
                                secret = door.NeedsSecret && listeners.Text is IPEndPoint,
                                mode = clients
                                    .Value.Authentication.Mode.ToString()
                                    .ToLowerInvariant(),
                            }
                        )
                        : Results.NotFound()
            );
        });
    }

    private static string TextAddress(EndPoint text) =>
        text is IPEndPoint ? $"{text}" : $"unix:{text}";
}
