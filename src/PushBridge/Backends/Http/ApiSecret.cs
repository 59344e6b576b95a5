using System.Globalization;
using System.Net;
using PushBridge.Connections;
using PushBridge.Security;

namespace PushBridge.Backends.Http;

/// <summary>
/// Asks for a secret where some are configured: <c>Authorization: Bearer</c>. A client certificate that our own listener has checked is as
/// good, and so is a caller that the application itself has authenticated.
/// </summary>
internal sealed class ApiSecret(BackendDoor door)
{
    private const string Scheme = "Bearer ";

    /// <summary>The answer to a request that does not show that it may come in; null for one that does.</summary>
    public IResult? Refuse(HttpContext context)
    {
        if (!door.NeedsSecret || IsKnown(context))
        {
            return null;
        }
        IPAddress? address = context.Connection.RemoteIpAddress;
        if (Presented(context.Request) is not { } secret)
        {
            door.Missed(address);
            return door.MustWait(address)
                ? TooMany(context, door.WaitOf(address))
                : Unauthorized(context);
        }
        return door.Check(secret, address) switch
        {
            SecretCheck.Right => null,
            SecretCheck.TooMany => TooMany(context, door.WaitOf(address)),
            _ => Unauthorized(context),
        };
    }

    /// <summary>The same question about a secret that came in another way than by the header.</summary>
    public SecretCheck Check(HttpContext context, string secret) =>
        !door.NeedsSecret || IsKnown(context)
            ? SecretCheck.Right
            : door.Check(secret, context.Connection.RemoteIpAddress);

    private static bool IsKnown(HttpContext context) =>
        context.User.Identity?.IsAuthenticated == true
        || (
            context.Features.Get<ListenerFeature>() is { Protocol: ListenerProtocol.Http }
            && context.Connection.ClientCertificate is not null
        );

    private static string? Presented(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim(' ')
            : null;
    }

    private static IResult Unauthorized(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ApiProblem.Of(
            StatusCodes.Status401Unauthorized,
            "Send one of the secrets of this server as Authorization: Bearer."
        );
    }

    private static IResult TooMany(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
            .ToString(CultureInfo.InvariantCulture);
        return ApiProblem.Of(StatusCodes.Status429TooManyRequests);
    }
}

/// <summary>Puts the question for a secret in front of endpoints.</summary>
internal static class ApiSecretExtensions
{
    /// <summary>Lets nobody through who does not show that it may push.</summary>
    public static TBuilder RequireSecret<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(
            async (call, next) =>
                call.HttpContext.RequestServices.GetRequiredService<ApiSecret>()
                    .Refuse(call.HttpContext)
                ?? await next(call)
        );
}
