using System.Buffers;
using PushBridge.Commands;
using PushBridge.Connections;

namespace PushBridge.Backends.Http;

/// <summary>One command, put together from the parts of a request; the first part that breaks a rule decides the answer.</summary>
internal sealed class ApiCommand(HttpContext context, CommandKind kind)
{
    private readonly Command command = new() { Kind = kind, ReplyAsJson = true };
    private readonly ServerMetrics metrics =
        context.RequestServices.GetRequiredService<ServerMetrics>();
    private IResult? problem;

    public ApiCommand Uid(string routed) =>
        Name(PathNames.Exact(context, "uid", routed), command.Uids);

    public ApiCommand Group(string routed) =>
        Name(PathNames.Exact(context, "group", routed), command.Groups);

    public ApiCommand OptionalGroup(string? group) =>
        group is null ? this : Name(group, command.Groups);

    public ApiCommand Except(string[]? uids)
    {
        foreach (string uid in uids ?? [])
        {
            Name(uid, command.Except);
        }
        return this;
    }

    public ApiCommand Reason(string? reason)
    {
        command.Reason = reason;
        return Require(reason is null || CommandRules.IsReason(reason), CommandRules.Reason);
    }

    /// <summary>The header's value as it is, or, as the header's draft has it, between double quotes.</summary>
    public ApiCommand Id(string? header)
    {
        command.Id = header is ['"', .. var quoted, '"'] ? quoted : header;
        return Require(header is null || CommandRules.IsId(command.Id), CommandRules.Id);
    }

    public async Task<IResult> ExecuteAsync(CommandExecutor executor) =>
        problem is null ? await DecideAsync(executor, default) : Refused(problem);

    /// <summary>Executes with the request's body as the payload.</summary>
    public async Task<IResult> ExecuteAsync(CommandExecutor executor, int maxBytes)
    {
        problem ??= RequestBody.RefuseType(context.Request, isStream: false);
        if (problem is not null)
        {
            return Refused(problem);
        }
        RequestBody.Unlimit(context);
        if (await RequestBody.ReadAsync(context, maxBytes) is not { } body)
        {
            return Refused(
                ApiProblem.Of(
                    StatusCodes.Status413PayloadTooLarge,
                    $"A payload has at most {maxBytes} bytes."
                )
            );
        }
        IResult result = await DeliverAsync(
            executor,
            body.IsSingleSegment ? body.First : body.ToArray()
        );
        context.Request.BodyReader.AdvanceTo(body.End);
        return result;
    }

    private async Task<IResult> DeliverAsync(CommandExecutor executor, ReadOnlyMemory<byte> body)
    {
        PayloadFault fault = JsonPayload.Find(body.Span, out Range payload);
        if (fault != PayloadFault.None)
        {
            return Refused(ApiProblem.BadRequest(JsonPayload.Describe(fault)));
        }
        command.Payload = payload;
        return await DecideAsync(executor, body);
    }

    private async Task<IResult> DecideAsync(CommandExecutor executor, ReadOnlyMemory<byte> body)
    {
        Outcome outcome = await executor.ExecuteAloneAsync(command, body, metrics);
        CommandTally.Count(metrics, Door.Http, outcome.Reason);
        return new OutcomeResult(command, outcome);
    }

    private IResult Refused(IResult refusal)
    {
        CommandTally.Count(metrics, Door.Http, FailReason.BadRequest);
        return refusal;
    }

    private ApiCommand Name(string? name, NameList names) =>
        Require(name is not null && CommandRules.TryAddName(name, names), CommandRules.Name);

    private ApiCommand Require(bool holds, string rule)
    {
        problem ??= holds ? null : ApiProblem.BadRequest(rule);
        return this;
    }
}
