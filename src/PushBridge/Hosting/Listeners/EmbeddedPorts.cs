using Microsoft.AspNetCore.Routing;
using PushBridge.Backends.Http;
using PushBridge.Connections;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// What our listeners serve in an application that embeds us: the two ports of PROTOCOL.md at their usual paths, whatever the application calls them on its
/// own listeners, and nothing of the application itself.
/// </summary>
internal static class EmbeddedPorts
{
    public static RequestDelegate Build(IServiceProvider services)
    {
        ApplicationBuilder app = new(services);
        app.Use(ListenerLeave.SayAsync);
        app.Use(
            (context, next) =>
            {
                context.Response.Headers.XContentTypeOptions = "nosniff";
                return next(context);
            }
        );
        app.MapWhen(
            context =>
                context.Features.Get<ListenerFeature>() is { Protocol: ListenerProtocol.Clients },
            clients =>
                clients.UseRouting().UseEndpoints(endpoints => Unlisted(endpoints).MapPushBridge())
        );
        app.UseStatusCodePages(status =>
            ApiProblem.Of(status.HttpContext.Response.StatusCode).ExecuteAsync(status.HttpContext)
        );
        app.UseRouting();
        app.UseEndpoints(endpoints =>
        {
            RouteGroupBuilder unlisted = Unlisted(endpoints);
            unlisted.MapPushBridgeApi();
            OperatorEndpoints.Map(unlisted);
        });
        return app.Build();
    }

    /// <summary>The application's own description of its API must not list what is not on its listeners.</summary>
    private static RouteGroupBuilder Unlisted(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("").ExcludeFromDescription().WithMetadata(new OurListenersOnly());

    /// <summary>Marks endpoints that no listener of the application serves.</summary>
    internal sealed class OurListenersOnly;
}
