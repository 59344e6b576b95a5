using PushBridge.Backends.Http;
using PushBridge.Hosting;

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
            OperatorEndpoints.Map(endpoints);
            DashboardPage.Map(endpoints);
            endpoints.MapOpenApi().RequireSecret();
        });
    }
}
