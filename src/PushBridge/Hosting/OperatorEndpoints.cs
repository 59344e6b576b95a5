using System.Globalization;
using Microsoft.AspNetCore.Routing;
using PushBridge.Backends.Http;
using PushBridge.Backplane;
using PushBridge.Connections;
using PushBridge.Observability.Prometheus;

namespace PushBridge.Hosting;

/// <summary>What the programs of operators ask a listener for HTTP, besides the API: metrics, behind its door, and health, before it.</summary>
internal static class OperatorEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        ApiEndpoints.Guarded(endpoints, "").MapGet("/metrics", Metrics);
        endpoints.MapGet("/health/live", () => Results.Text("live\n"));
        endpoints.MapGet("/health/ready", Ready);
    }

    /// <summary>
    /// A node without its backplane is ready all the same: its own clients are served, and to take it out would not help the others'. The
    /// second line says how it stands.
    /// </summary>
    private static IResult Ready(AdmissionGate gate, IBackplane backplane) =>
        gate.IsLeaving
            ? Results.Text("draining\n", statusCode: StatusCodes.Status503ServiceUnavailable)
        : backplane.IsShared
            ? Results.Text(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"ready\nbackplane {backplane.State.ToWord()}, {backplane.Peers.Count} other nodes\n"
                )
            )
        : Results.Text("ready\n");

    private static IResult Metrics(HttpContext context, PrometheusExporter exporter)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(exporter.Collect(), PrometheusWriter.ContentType);
    }
}
