using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace PushBridge.Backends.Http;

/// <summary>A request that is refused, as RFC 9457 says it: the status is the kind of problem, the detail is for people.</summary>
internal static class ApiProblem
{
    public const string ContentType = "application/problem+json";

    public static IResult Of(int status, string? detail = null) =>
        Results.Json(
            new ProblemDetails
            {
                Title = ReasonPhrases.GetReasonPhrase(status),
                Status = status,
                Detail = detail,
            },
            ApiJson.Default.ProblemDetails,
            ContentType,
            status
        );

    public static IResult BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, detail);
}
