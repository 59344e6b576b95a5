using PushBridge.Connections;

namespace PushBridge.Server.Pages;

/// <summary>The port for backends and operators: health.</summary>
internal static class HttpPort
{
    public static void Configure(IApplicationBuilder app)
    {
        app.UseRouting();
        app.UseEndpoints(endpoints =>
        {
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
}
