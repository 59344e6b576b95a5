using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using PushBridge.Commands;

namespace PushBridge.Backends.Http;

/// <summary>The handlers of the API: each puts its command together and has it executed.</summary>
internal static class CommandApi
{
    private const string IdHeader = "Idempotency-Key";

    public static Task<IResult> PushAsync(
        HttpContext context,
        CommandExecutor executor,
        IOptions<TextOptions> text,
        string uid,
        [FromHeader(Name = IdHeader)] string? id
    ) =>
        new ApiCommand(context, CommandKind.Push)
            .Uid(uid)
            .Id(id)
            .ExecuteAsync(executor, text.Value.MaxLineBytes);

    public static Task<IResult> BroadcastAsync(
        HttpContext context,
        CommandExecutor executor,
        IOptions<TextOptions> text,
        [FromQuery] string[]? except,
        [FromHeader(Name = IdHeader)] string? id
    ) =>
        new ApiCommand(context, CommandKind.Broadcast)
            .Except(except)
            .Id(id)
            .ExecuteAsync(executor, text.Value.MaxLineBytes);

    public static Task<IResult> GroupAsync(
        HttpContext context,
        CommandExecutor executor,
        IOptions<TextOptions> text,
        string group,
        [FromQuery] string[]? except,
        [FromHeader(Name = IdHeader)] string? id
    ) =>
        new ApiCommand(context, CommandKind.Group)
            .Group(group)
            .Except(except)
            .Id(id)
            .ExecuteAsync(executor, text.Value.MaxLineBytes);

    public static Task<IResult> JoinAsync(
        HttpContext context,
        CommandExecutor executor,
        string group,
        string uid,
        [FromHeader(Name = IdHeader)] string? id
    ) =>
        new ApiCommand(context, CommandKind.Join)
            .Group(group)
            .Uid(uid)
            .Id(id)
            .ExecuteAsync(executor);

    public static Task<IResult> LeaveAsync(
        HttpContext context,
        CommandExecutor executor,
        string group,
        string uid,
        [FromHeader(Name = IdHeader)] string? id
    ) =>
        new ApiCommand(context, CommandKind.Leave)
            .Group(group)
            .Uid(uid)
            .Id(id)
            .ExecuteAsync(executor);

    public static Task<IResult> OnlineAsync(
        HttpContext context,
        CommandExecutor executor,
        string uid
    ) => new ApiCommand(context, CommandKind.Online).Uid(uid).ExecuteAsync(executor);

    public static Task<IResult> KickAsync(
        HttpContext context,
        CommandExecutor executor,
        string uid,
        [FromQuery] string? reason,
        [FromHeader(Name = IdHeader)] string? id
    ) =>
        new ApiCommand(context, CommandKind.Kick)
            .Uid(uid)
            .Reason(reason)
            .Id(id)
            .ExecuteAsync(executor);

    public static Task<IResult> CountAsync(
        HttpContext context,
        CommandExecutor executor,
        string? group
    ) => new ApiCommand(context, CommandKind.Count).OptionalGroup(group).ExecuteAsync(executor);

    public static async Task<IResult> StreamAsync(HttpContext context, CommandStream stream)
    {
        if (context.Request.Headers.ContainsKey(IdHeader))
        {
            return ApiProblem.BadRequest(
                $"A batch takes no {IdHeader}: give each line its \"id\"."
            );
        }
        if (RequestBody.RefuseType(context.Request, isStream: true) is { } refusal)
        {
            return refusal;
        }
        await stream.ServeAsync(context);
        return Results.Empty;
    }
}
