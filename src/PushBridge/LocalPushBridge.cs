using PushBridge.Commands;
using PushBridge.Connections;

namespace PushBridge;

/// <summary>The door for the application that the server is embedded in.</summary>
internal sealed class LocalPushBridge(CommandExecutor executor, ServerMetrics metrics) : IPushBridge
{
    public ValueTask<PushOutcome> PushAsync(
        PushNames uids,
        Payload payload,
        string? id = null,
        CancellationToken cancellationToken = default
    )
    {
        Command command = Create(CommandKind.Push, id, cancellationToken);
        Add(uids, command.Uids, nameof(uids));
        return Send(command, payload);
    }

    public ValueTask<PushOutcome> BroadcastAsync(
        Payload payload,
        PushNames except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    )
    {
        Command command = Create(CommandKind.Broadcast, id, cancellationToken);
        AddOptional(except, command.Except, nameof(except));
        return Send(command, payload);
    }

    public ValueTask<PushOutcome> SendToGroupAsync(
        PushNames groups,
        Payload payload,
        PushNames except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    )
    {
        Command command = Create(CommandKind.Group, id, cancellationToken);
        Add(groups, command.Groups, nameof(groups));
        AddOptional(except, command.Except, nameof(except));
        return Send(command, payload);
    }

    public ValueTask<PushOutcome> JoinAsync(
        PushNames uids,
        string group,
        string? id = null,
        CancellationToken cancellationToken = default
    ) => Membership(CommandKind.Join, uids, group, id, cancellationToken);

    public ValueTask<PushOutcome> LeaveAsync(
        PushNames uids,
        string group,
        string? id = null,
        CancellationToken cancellationToken = default
    ) => Membership(CommandKind.Leave, uids, group, id, cancellationToken);

    public ValueTask<PushOutcome> KickAsync(
        PushNames uids,
        string? reason = null,
        string? id = null,
        CancellationToken cancellationToken = default
    )
    {
        Command command = Create(CommandKind.Kick, id, cancellationToken);
        Add(uids, command.Uids, nameof(uids));
        if (reason is not null && !CommandRules.IsReason(reason))
        {
            throw new ArgumentException(CommandRules.Reason, nameof(reason));
        }
        command.Reason = reason;
        return ResultOfAsync(Execute(command, default));
    }

    public ValueTask<IReadOnlyDictionary<string, int>> OnlineAsync(
        PushNames uids,
        CancellationToken cancellationToken = default
    )
    {
        Command command = Create(CommandKind.Online, null, cancellationToken);
        Add(uids, command.Uids, nameof(uids));
        return OnlineAsync(Execute(command, default));
    }

    public ValueTask<OnlineCount> CountAsync(
        string? group = null,
        CancellationToken cancellationToken = default
    )
    {
        Command command = Create(CommandKind.Count, null, cancellationToken);
        if (group is not null)
        {
            Add(group, command.Groups, nameof(group));
        }
        return CountAsync(Execute(command, default));
    }

    private static async ValueTask<IReadOnlyDictionary<string, int>> OnlineAsync(
        ValueTask<Outcome> deciding
    )
    {
        Outcome outcome = await deciding;
        Dictionary<string, int> online = new(StringComparer.Ordinal);
        foreach (UidPresence presence in outcome.Online ?? [])
        {
            online[presence.Uid] = presence.Connections;
        }
        return online;
    }

    private static async ValueTask<OnlineCount> CountAsync(ValueTask<Outcome> deciding)
    {
        Outcome outcome = await deciding;
        return new OnlineCount(outcome.Connections, outcome.Uids ?? 0, outcome.IsPartial);
    }

    private ValueTask<PushOutcome> Membership(
        CommandKind kind,
        PushNames uids,
        string group,
        string? id,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(group);
        Command command = Create(kind, id, cancellationToken);
        Add(uids, command.Uids, nameof(uids));
        Add(group, command.Groups, nameof(group));
        return ResultOfAsync(Execute(command, default));
    }

    private ValueTask<PushOutcome> Send(Command command, Payload payload)
    {
        ReadOnlyMemory<byte> json = payload.Json;
        PayloadFault fault = JsonPayload.Find(json.Span, out Range value);
        if (fault != PayloadFault.None)
        {
            throw new ArgumentException(JsonPayload.Describe(fault), nameof(payload));
        }
        command.Payload = value;
        return ResultOfAsync(Execute(command, json));
    }

    private async ValueTask<Outcome> Execute(Command command, ReadOnlyMemory<byte> json)
    {
        Outcome outcome = await executor.ExecuteAloneAsync(command, json, metrics);
        CommandTally.Count(metrics, Door.Embedded, outcome.Reason);
        return outcome;
    }

    private static Command Create(CommandKind kind, string? id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (id is not null && !CommandRules.IsId(id))
        {
            throw new ArgumentException(CommandRules.Id, nameof(id));
        }
        // Its results tell numbers, which only the nodes themselves know.
        return new Command
        {
            Kind = kind,
            Id = id,
            AcknowledgedByNodes = true,
        };
    }

    private static void Add(PushNames names, NameList list, string parameter)
    {
        if (names.Count == 0)
        {
            throw new ArgumentException("At least one name is needed.", parameter);
        }
        AddOptional(names, list, parameter);
    }

    private static void AddOptional(PushNames names, NameList list, string parameter)
    {
        foreach (string name in names)
        {
            if (!CommandRules.TryAddName(name, list))
            {
                throw new ArgumentException(CommandRules.Name, parameter);
            }
        }
    }

    private static async ValueTask<PushOutcome> ResultOfAsync(ValueTask<Outcome> deciding)
    {
        Outcome outcome = await deciding;
        return new PushOutcome(
            outcome.Connections,
            outcome.Reason switch
            {
                FailReason.None => PushFailure.None,
                FailReason.Offline => PushFailure.Offline,
                FailReason.Overloaded => PushFailure.Overloaded,
                FailReason.Unavailable => PushFailure.Unavailable,
                // The arguments were checked before: nothing else can have gone wrong.
                _ => throw new InvalidOperationException($"Unexpected: {outcome.Reason}"),
            },
            outcome.IsPartial
        );
    }
}
