using System.Net;
using PushBridge.Connections;
using PushBridge.Hosting;

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
            // The page shows the line that pushes to it, hence must know where; strangers need not.
            endpoints.MapGet(
                "/demo.json",
                (HttpContext context, PushBridgeListeners listeners) =>
                    context.Features.Get<ListenerFeature>()?.Address is { } address
                    && IPAddress.IsLoopback(address)
                        ? Results.Json(new { text = TextAddress(listeners.Text) })
                        : Results.NotFound()
            );
        });
    }

    private static string TextAddress(EndPoint text) =>
        text is IPEndPoint ? $"{text}" : $"unix:{text}";
}
