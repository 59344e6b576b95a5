using PushBridge.Backends.Http;
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
                (AdmissionGate gate) =>
                    gate.IsDraining
                        ? Results.Text(
                            "draining\n",
                            statusCode: StatusCodes.Status503ServiceUnavailable
                        )
                        : Results.Text("ready\n")
            );
        });
    }

    private static IResult Metrics(HttpContext context, PrometheusExporter exporter)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(exporter.Collect(), PrometheusWriter.ContentType);
    }
}
