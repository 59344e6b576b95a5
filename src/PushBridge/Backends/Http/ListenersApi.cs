using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PushBridge.Connections;

namespace PushBridge.Backends.Http;

/// <summary>Opens, closes and shows listeners, for operators.</summary>
internal static class ListenersApi
{
    private const string Dismiss = "dismiss";
    private const string Example =
        """{"ok":true,"listener":{"name":"more","protocol":"text","listen":"127.0.0.1:5680","isTls":false,"reusePort":false,"source":"request","connections":0}}""";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/listeners", Show)
            .WithMetadata(
                new ApiOperation(
                    "listeners",
                    "The listeners",
                    "Those that accept connections, with their addresses and how many connections came by them.",
                    """{"ok":true,"listeners":[]}"""
                )
            );
        api.MapPost("/listeners", OpenAsync)
            .WithMetadata(
                new ApiOperation(
                    "openListener",
                    "Open a listener",
                    "For clients, text or http, until it is closed or the server ends.",
                    Example,
                    """{"name":"more","protocol":"text","listen":"127.0.0.1:0"}"""
                )
            );
        api.MapDelete("/listeners/{name}", CloseAsync)
            .AddEndpointFilter(
                (context, next) =>
                    QueryProblem(context.HttpContext.Request.Query) is { } problem
                        ? ValueTask.FromResult<object?>(ApiProblem.BadRequest(problem))
                        : next(context)
            )
            .WithMetadata(
                new ApiOperation(
                    "closeListener",
                    "Close a listener",
                    "Its connections stay, unless they are to be dismissed: then clients come back by another listener.",
                    Example
                )
            );
    }

    private static SnapshotResult<ListenerList> Show(IPushListeners listeners) =>
        new(new ListenerList(Ok: true, listeners.All), ListenersJson.Default.ListenerList);

    private static async Task<IResult> OpenAsync(
        HttpContext context,
        IPushListeners listeners,
        IOptions<TextOptions> text
    )
    {
        if (RequestBody.RefuseType(context.Request, isStream: false) is { } refusal)
        {
            return refusal;
        }
        RequestBody.Unlimit(context);
        if (await RequestBody.ReadAsync(context, text.Value.MaxLineBytes) is not { } body)
        {
            return ApiProblem.Of(StatusCodes.Status413PayloadTooLarge);
        }
        ListenerRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(
                Bytes(context, body),
                ListenersJson.Default.ListenerRequest
            );
        }
        catch (JsonException exception)
        {
            return ApiProblem.BadRequest(
                exception.Path is { Length: > 2 } path
                    ? ListenerRequest.ProblemOf(path[1..].TrimStart('.'))
                    : "The body is not one JSON object."
            );
        }
        return request is null
            ? ApiProblem.BadRequest("The body is not one JSON object.")
            : Answer(await listeners.OpenAsync(request.Name ?? "", request.Options()));
    }

    /// <summary>A copy: the request's buffer goes back before the listener is opened.</summary>
    private static byte[] Bytes(HttpContext context, in ReadOnlySequence<byte> body)
    {
        byte[] bytes = body.ToArray();
        context.Request.BodyReader.AdvanceTo(body.End);
        return bytes;
    }

    private static async Task<IResult> CloseAsync(
        HttpContext context,
        IPushListeners listeners,
        string name,
        bool? dismiss
    )
    {
        bool isItself =
            context.Features.Get<ListenerFeature>() is { } own
            && ListenerName.Comparer.Equals(own.Name, name);
        if (isItself && dismiss == true)
        {
            // The last answer by this listener; then its connection ends, too.
            context.Features.Get<ListenerFeature>()!.Asking = context.Connection.Id;
            context.Response.Headers.Connection = "close";
        }
        return Answer(await listeners.CloseAsync(name, dismiss == true));
    }

    /// <summary>A word that is misspelt must not close a listener in another way than was meant.</summary>
    private static string? QueryProblem(IQueryCollection query)
    {
        foreach ((string name, StringValues values) in query)
        {
            if (!name.Equals(Dismiss, StringComparison.OrdinalIgnoreCase))
            {
                return $"There is no query parameter {name}; there is {Dismiss}.";
            }
            if (values is not [var value] || !bool.TryParse(value, out _))
            {
                return $"The query parameter {Dismiss} is true or false.";
            }
        }
        return null;
    }

    private static IResult Answer(ListenerResult result) =>
        result.Ok
            ? new SnapshotResult<ListenerAnswer>(
                new ListenerAnswer(Ok: true, result.Listener!),
                ListenersJson.Default.ListenerAnswer
            )
            : ApiProblem.Of(StatusOf(result.Failure), result.Problem);

    private static int StatusOf(ListenerFailure failure) =>
        failure switch
        {
            ListenerFailure.NameTaken
            or ListenerFailure.AddressInUse
            or ListenerFailure.Permanent => StatusCodes.Status409Conflict,
            ListenerFailure.Exposed => StatusCodes.Status403Forbidden,
            ListenerFailure.NotFound => StatusCodes.Status404NotFound,
            ListenerFailure.Stopping => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        };
}
