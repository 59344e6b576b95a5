using Microsoft.AspNetCore.Routing;

namespace PushBridge.Backends.Http;

/// <summary>The table of PROTOCOL.md section 4.</summary>
internal static class ApiEndpoints
{
    private const string OneReached = """{"ok":true,"connections":1}""";
    private const string Payload = """{"percent":"88%"}""";

    public static RouteGroupBuilder Map(IEndpointRouteBuilder endpoints, string prefix)
    {
        RouteGroupBuilder api = Guarded(endpoints, prefix).WithTags("commands");
        RouteGroupBuilder commands = api.MapGroup("");
        commands.AddEndpointFilter(TracedCommand.InvokeAsync);
        MapMessages(commands);
        MapGroups(commands);
        MapUids(commands);
        commands
            .MapPost("/commands", CommandApi.StreamAsync)
            .WithMetadata(
                new ApiOperation(
                    "commands",
                    "Execute up to 1,000 commands",
                    "The lines of the text port, one JSON reply for each, which comes while later lines are still being sent.",
                    "{\"ok\":true,\"connections\":1}\n{\"ok\":false,\"reason\":\"offline\"}",
                    "{\"uid\":\"uid1\",\"percent\":\"88%\"}\n{\"$cmd\":\"push\",\"uid\":\"nobody\",\"data\":1}"
                )
                {
                    IsStream = true,
                }
            );
        OperatorApi.Map(api);
        ListenersApi.Map(api);
        return api;
    }

    /// <summary>Endpoints behind the door that backends and operators come in by.</summary>
    public static RouteGroupBuilder Guarded(IEndpointRouteBuilder endpoints, string prefix)
    {
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        group.AddEndpointFilter(
            async (call, next) =>
                call.HttpContext.RequestServices.GetRequiredService<ApiDoor>()
                    .Refuse(call.HttpContext)
                ?? await next(call)
        );
        group.AddEndpointFilter(
            async (call, next) =>
            {
                try
                {
                    return await next(call);
                }
                catch (BadHttpRequestException malformed)
                    when (!call.HttpContext.Response.HasStarted)
                {
                    // A peer's doing: an exception that escaped would be logged as an error of the application.
                    return ApiProblem.Of(
                        malformed.StatusCode,
                        "The body breaks the rules of HTTP, or comes too slowly."
                    );
                }
                catch (OperationCanceledException)
                    when (call.HttpContext.RequestAborted.IsCancellationRequested)
                {
                    return Results.Empty; // Nobody is there any more who could read an answer.
                }
            }
        );
        return group;
    }

    private static void MapMessages(RouteGroupBuilder api)
    {
        api.MapPost("/push/{uid}", CommandApi.PushAsync)
            .WithMetadata(
                new ApiOperation(
                    "push",
                    "Push to a uid",
                    "The body, one JSON value, goes byte for byte to every connection of the uid.",
                    OneReached,
                    Payload
                )
            );
        api.MapPost("/broadcast", CommandApi.BroadcastAsync)
            .WithMetadata(
                new ApiOperation(
                    "broadcast",
                    "Push to everybody",
                    "The body goes to everybody but the uids that are excepted. Ok also when nobody is connected.",
                    OneReached,
                    Payload
                )
            );
        api.MapPost("/groups/{group}", CommandApi.GroupAsync)
            .WithMetadata(
                new ApiOperation(
                    "group",
                    "Push to a group",
                    "The body goes to the members of the group but the uids that are excepted.",
                    OneReached,
                    Payload
                )
            );
    }

    private static void MapGroups(RouteGroupBuilder api)
    {
        api.MapPut("/groups/{group}/uids/{uid}", CommandApi.JoinAsync)
            .WithMetadata(
                new ApiOperation(
                    "join",
                    "Put a uid into a group",
                    "The connections that the uid has at this moment join, until they leave or close.",
                    OneReached
                )
            );
        api.MapDelete("/groups/{group}/uids/{uid}", CommandApi.LeaveAsync)
            .WithMetadata(
                new ApiOperation(
                    "leave",
                    "Take a uid out of a group",
                    "Offline when none of its connections was a member.",
                    OneReached
                )
            );
    }

    private static void MapUids(RouteGroupBuilder api)
    {
        api.MapGet("/uids/{uid}", CommandApi.OnlineAsync)
            .WithMetadata(
                new ApiOperation(
                    "online",
                    "How many connections a uid has",
                    "0 means that it is offline.",
                    """{"ok":true,"online":{"uid1":1}}"""
                )
            );
        api.MapDelete("/uids/{uid}", CommandApi.KickAsync)
            .WithMetadata(
                new ApiOperation(
                    "kick",
                    "Close a uid's connections",
                    "They get the close code 4411 with the reason, at most 123 bytes, and do not come back by themselves.",
                    OneReached
                )
            );
        api.MapGet("/count", CommandApi.CountAsync)
            .WithMetadata(
                new ApiOperation(
                    "count",
                    "How many are here",
                    "Connections and different uids, in all or in a group.",
                    """{"ok":true,"connections":1,"uids":1}"""
                )
            );
    }
}
