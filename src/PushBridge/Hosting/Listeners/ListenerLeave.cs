using PushBridge.Connections;

namespace PushBridge.Hosting.Listeners;

/// <summary>Ends each connection of a listener that leaves with its next answer, so that the next request comes by another, to whoever listens then.</summary>
internal static class ListenerLeave
{
    public static Task SayAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ListenerFeature>() is { IsLeaving: true })
        {
            context.Response.Headers.Connection = "close";
        }
        return next(context);
    }
}
