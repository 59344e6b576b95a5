using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace PushBridge.Backends.Http;

/// <summary>A request that is refused, as RFC 9457 says it: the status is the kind of problem, the detail is for people.</summary>
internal static class ApiProblem
{
    public const string ContentType = "application/problem+json";

    public static IResult Of(int status, string? detail = null) =>
        new Line(
            status,
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
            )
        );

    public static IResult BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, detail);

    /// <summary>Ends with a newline, as all answers of the API do.</summary>
    private sealed class Line(int status, IResult problem) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await problem.ExecuteAsync(httpContext);
            // Not cancelled: to somebody who has left it costs nothing, and throws nothing either.
            await httpContext.Response.WriteAsync("\n", CancellationToken.None);
        }
    }
}
