using System.Globalization;
using PushBridge.Backends.Http;
using PushBridge.Backplane;
using PushBridge.Connections;
using PushBridge.Observability.Prometheus;

namespace PushBridge.Server.Pages;

/// <summary>The port for backends and operators: the API, its description, the dashboard, metrics, health.</summary>
internal static class HttpPort
{
    public static void Configure(IApplicationBuilder app)
    {
        app.Use(PageHeaders.AddStrictAsync);
        // What routing refuses, an unknown path or a wrong method, is a problem like every other.
        app.UseStatusCodePages(status =>
            ApiProblem.Of(status.HttpContext.Response.StatusCode).ExecuteAsync(status.HttpContext)
        );
        app.UseRouting();
        DashboardPage.Use(app);
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapPushBridgeApi();
            ApiEndpoints.Guarded(endpoints, "").MapGet("/metrics", Metrics);
            DashboardPage.Map(endpoints);
            endpoints.MapOpenApi().RequireSecret();
            endpoints.MapGet("/health/live", () => Results.Text("live\n"));
            endpoints.MapGet(
                "/health/ready",
                (AdmissionGate gate, IBackplane backplane) =>
                    gate.IsDraining
                        ? Results.Text(
                            "draining\n",
                            statusCode: StatusCodes.Status503ServiceUnavailable
                        )
                        : Results.Text(Ready(backplane))
            );
        });
    }

    /// <summary>
    /// A node without its backplane is ready all the same: its own clients are served, and to take it out would not help the others'. The
    /// second line says how it stands.
    /// </summary>
    private static string Ready(IBackplane backplane) =>
        backplane.IsShared
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"ready\nbackplane {backplane.State.ToWord()}, {backplane.Peers.Count} other nodes\n"
            )
            : "ready\n";

    private static IResult Metrics(HttpContext context, PrometheusExporter exporter)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(exporter.Collect(), PrometheusWriter.ContentType);
    }
}
