using PushBridge.Connections;
using PushBridge.Security;

namespace PushBridge.Backends.Http;

/// <summary>
/// Who may use the API: programs that show what they have to show (<see cref="ApiSecret"/>), and pages that this very port served. Any other
/// page is refused, also one whose origin may connect as a client: receiving is not sending.
/// </summary>
internal sealed class ApiDoor(OriginPolicy clients, ApiSecret secret, AdmissionGate gate)
{
    private readonly OriginPolicy origins = clients.ForBackends();

    /// <summary>The answer to a request of a foreign page or for a foreign host; null for any other, whoever makes it.</summary>
    public IResult? RefuseForeign(HttpContext context) =>
        IsOurs(context)
            ? null
            : ApiProblem.Of(
                StatusCodes.Status403Forbidden,
                "Pages of another origin and requests for another host may not push."
            );

    /// <summary>The answer to a request that may not come in; null for one that may.</summary>
    public IResult? Refuse(HttpContext context)
    {
        if (RefuseForeign(context) is { } foreign)
        {
            return foreign;
        }
        if (secret.Refuse(context) is { } refusal)
        {
            return refusal;
        }
        if (gate.IsDraining)
        {
            context.Response.Headers.RetryAfter = AdmissionGate.RetryAfterSeconds();
            return ApiProblem.Of(
                StatusCodes.Status503ServiceUnavailable,
                "The server is draining. Nothing was delivered."
            );
        }
        return null;
    }

    private bool IsOurs(HttpContext context)
    {
        HttpRequest request = context.Request;
        string? origin =
            request.Headers.Origin.Count == 0 ? null : request.Headers.Origin.ToString();
        // Browsers add it to requests that carry no Origin, too; "none" is an address that the user typed.
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        return site is "" or "none" or "same-origin"
            && origins.Allows(
                request.Host.Value ?? "",
                origin,
                request.IsHttps,
                context.Features.Get<ListenerFeature>()?.Address
            );
    }
}
