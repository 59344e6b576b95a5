using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.SignalR;

/// <summary>
/// Who may come to the hub: the same rules as for raw clients, before SignalR sees the request. A connection under way, which
/// carries its id, is not counted again by the fallback transports' later requests.
/// </summary>
internal sealed class HubDoor(ClientDoor door, AdmissionGate gate, ServerMetrics metrics)
{
    /// <summary>Puts the rules in front of an endpoint.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is { } serve)
        {
            endpoint.RequestDelegate = context => ReceiveAsync(context, serve);
        }
    }

    private async Task ReceiveAsync(HttpContext context, RequestDelegate serve)
    {
        if (await RefuseAsync(context) is { } status)
        {
            Refuse(context.Response, status);
        }
        else if (!IsPreflight(context))
        {
            // SignalR gives a long-polling connection a copy of its request that has the items, but not the listener's feature.
            context.Items[typeof(ListenerFeature)] = context.Features.Get<ListenerFeature>();
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
    }

    /// <summary>The status that refuses the request; null lets it in.</summary>
    private async ValueTask<int?> RefuseAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        Arrival arrival = door.Read(context);
        // A negotiated connection is let in once, by its negotiation; one without it, by its first request.
        bool isNew = !request.Query.ContainsKey("id") && !HttpMethods.IsOptions(request.Method);
        int? status = door.Refuse(request.Host.Value ?? "", arrival, isNew);
        if (arrival.Origin is not null && status != StatusCodes.Status403Forbidden)
        {
            Permit(context, arrival.Origin);
        }
        return status is null && isNew && IsNegotiation(request) && arrival.Token is { } token
            ? await RefuseTokenAsync(arrival, token)
            : status;
    }

    /// <summary>A bad token is worth a status where the client can see it: before there is a connection.</summary>
    private async ValueTask<int?> RefuseTokenAsync(Arrival arrival, string token)
    {
        Verdict verdict = await door.Greet(arrival).DecideAsync(token);
        return verdict.Denial switch
        {
            null => null,
            { Code: 1013 } => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status401Unauthorized,
        };
    }

    private void Refuse(HttpResponse response, int status)
    {
        metrics.Refused(status);
        response.StatusCode = status;
        if (
            status
            is StatusCodes.Status503ServiceUnavailable
                or StatusCodes.Status429TooManyRequests
        )
        {
            response.Headers.RetryAfter = AdmissionGate.RetryAfterSeconds();
        }
        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
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

    private static bool IsNegotiation(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.Path.Value?.EndsWith("/negotiate", StringComparison.OrdinalIgnoreCase) == true;

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
}
