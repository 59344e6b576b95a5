using PushBridge.Connections;
using PushBridge.Security;

namespace PushBridge.Clients.SignalR;

/// <summary>
/// Who may come to the hub: the same rules as for raw clients, before SignalR sees the request. A connection under way, which
/// carries its id, is not counted again by the fallback transports' later requests.
/// </summary>
internal sealed class HubDoor(OriginPolicy origins, AdmissionGate gate, ServerMetrics metrics)
{
    /// <summary>Puts the rules in front of an endpoint.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is { } serve)
        {
            endpoint.RequestDelegate = context =>
                Refuses(context) || IsPreflight(context)
                    ? Task.CompletedTask
                    : ServeAsync(context, serve);
        }
    }

    private async Task ServeAsync(HttpContext context, RequestDelegate serve)
    {
        gate.Begin();
        try
        {
            await serve(context);
        }
        finally
        {
            gate.End();
        }
    }

    /// <summary>
    /// SignalR negotiates with fetch, which asks the server by CORS: a page that may connect may also negotiate.
    /// </summary>
    private static void Permit(HttpContext context, string origin)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.Vary = "Origin";
    }

    private static bool IsPreflight(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (
            !HttpMethods.IsOptions(request.Method)
            || request.Headers.AccessControlRequestMethod.Count == 0
        )
        {
            return false;
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.AccessControlAllowMethods = "GET, POST, DELETE";
        context.Response.Headers.AccessControlAllowHeaders = request
            .Headers
            .AccessControlRequestHeaders;
        return true;
    }

    private bool Refuses(HttpContext context)
    {
        HttpRequest request = context.Request;
        string? origin =
            request.Headers.Origin.Count == 0 ? null : request.Headers.Origin.ToString();
        bool isNew = !request.Query.ContainsKey("id") && !HttpMethods.IsOptions(request.Method);
        int? status =
            !origins.Allows(request.Host.Value ?? "", origin, request.IsHttps)
                ? StatusCodes.Status403Forbidden
            : isNew && !gate.IsOpen ? StatusCodes.Status503ServiceUnavailable
            : null;
        if (origin is not null && status != StatusCodes.Status403Forbidden)
        {
            Permit(context, origin);
        }
        if (status is null)
        {
            return false;
        }
        metrics.Refused(status.Value);
        context.Response.StatusCode = status.Value;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = AdmissionGate.RetryAfterSeconds();
        }
        return true;
    }
}
