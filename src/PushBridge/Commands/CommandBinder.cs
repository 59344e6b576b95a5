using System.Text.Json;

namespace PushBridge.Commands;

/// <summary>The second half of parsing: which members each <c>$cmd</c> needs, may have, and what they must look like.</summary>
internal static class CommandBinder
{
    private static readonly (byte[] Name, CommandKind Kind)[] Names =
    [
        ("push"u8.ToArray(), CommandKind.Push),
        ("broadcast"u8.ToArray(), CommandKind.Broadcast),
        ("group"u8.ToArray(), CommandKind.Group),
        ("join"u8.ToArray(), CommandKind.Join),
        ("leave"u8.ToArray(), CommandKind.Leave),
        ("kick"u8.ToArray(), CommandKind.Kick),
        ("online"u8.ToArray(), CommandKind.Online),
        ("count"u8.ToArray(), CommandKind.Count),
        ("auth"u8.ToArray(), CommandKind.Auth),
        ("quiet"u8.ToArray(), CommandKind.Quiet),
        ("ping"u8.ToArray(), CommandKind.Ping),
    ];

    public static bool TryBind(
        ReadOnlySpan<byte> line,
        ReadOnlySpan<JsonToken> members,
        Command command
    )
    {
        if (
            !TryBindReply(line, members[(int)Member.Reply], command)
            || !TryBindAck(line, members[(int)Member.Ack], command)
            || !TryKind(line, members[(int)Member.Cmd], out CommandKind kind)
        )
        {
            return false;
        }
        command.Kind = kind;
        return BindMembers(line, members, command)
            && (!command.Kind.TakesId() || Id(line, members[(int)Member.Id], command));
    }

    private static bool BindMembers(
        ReadOnlySpan<byte> line,
        ReadOnlySpan<JsonToken> members,
        Command command
    ) =>
        command.Kind switch
        {
            CommandKind.Push => Uids(line, members, command) && Data(members, command),
            CommandKind.Broadcast => Data(members, command) && Except(line, members, command),
            CommandKind.Group => Groups(line, members, command)
                && Data(members, command)
                && Except(line, members, command),
            CommandKind.Join or CommandKind.Leave => Uids(line, members, command)
                && Groups(line, members, command)
                && command.Groups.Count == 1,
            CommandKind.Kick => Uids(line, members, command)
                && Reason(line, members[(int)Member.Reason], command),
            CommandKind.Online => Uids(line, members, command),
            CommandKind.Count => !members[(int)Member.Group].IsPresent
                || (Groups(line, members, command) && command.Groups.Count == 1),
            CommandKind.Auth => Secret(line, members[(int)Member.Secret], command),
            _ => true,
        };

    private static bool TryKind(ReadOnlySpan<byte> line, JsonToken token, out CommandKind kind)
    {
        kind = CommandKind.PushLine;
        if (token.Type != JsonTokenType.String)
        {
            return false;
        }
        Utf8JsonReader name = new(token.In(line));
        name.Read();
        foreach ((byte[] known, CommandKind meant) in Names)
        {
            if (name.ValueTextEquals(known))
            {
                kind = meant;
                return true;
            }
        }
        return false;
    }

    private static bool TryBindReply(ReadOnlySpan<byte> line, JsonToken token, Command command)
    {
        if (token.Type == JsonTokenType.String)
        {
            Utf8JsonReader reply = new(token.In(line));
            reply.Read();
            command.ReplyAsJson = reply.ValueTextEquals("json"u8);
        }
        return command.ReplyAsJson || !token.IsPresent;
    }

    private static bool TryBindAck(ReadOnlySpan<byte> line, JsonToken token, Command command)
    {
        if (token.Type == JsonTokenType.String)
        {
            Utf8JsonReader ack = new(token.In(line));
            ack.Read();
            command.AcknowledgedByNodes = ack.ValueTextEquals("node"u8);
        }
        return command.AcknowledgedByNodes || !token.IsPresent;
    }

    private static bool Uids(
        ReadOnlySpan<byte> line,
        ReadOnlySpan<JsonToken> members,
        Command command
    ) => JsonNames.TryAdd(line, members[(int)Member.Uid], command.Uids);

    private static bool Groups(
        ReadOnlySpan<byte> line,
        ReadOnlySpan<JsonToken> members,
        Command command
    ) => JsonNames.TryAdd(line, members[(int)Member.Group], command.Groups);

    private static bool Except(
        ReadOnlySpan<byte> line,
        ReadOnlySpan<JsonToken> members,
        Command command
    ) =>
        IsNobody(line, members[(int)Member.Except])
        || JsonNames.TryAdd(line, members[(int)Member.Except], command.Except);

    /// <summary>No member, null, or a list that happens to be empty: nobody is left out.</summary>
    private static bool IsNobody(ReadOnlySpan<byte> line, JsonToken token) =>
        token.Type is JsonTokenType.None or JsonTokenType.Null
        || (
            token.Type == JsonTokenType.StartArray
            && token.In(line)[1..^1].Trim(" \t\r\n"u8).IsEmpty
        );

    private static bool Data(ReadOnlySpan<JsonToken> members, Command command)
    {
        JsonToken data = members[(int)Member.Data];
        command.Payload = data.Start..data.End;
        return data.IsPresent;
    }

    private static bool Reason(ReadOnlySpan<byte> line, JsonToken token, Command command)
    {
        command.Reason = TextOf(line, token);
        return !token.IsPresent || CommandRules.IsReason(command.Reason);
    }

    private static bool Secret(ReadOnlySpan<byte> line, JsonToken token, Command command)
    {
        command.Secret = TextOf(line, token);
        return command.Secret is not null;
    }

    private static bool Id(ReadOnlySpan<byte> line, JsonToken token, Command command)
    {
        command.Id = TextOf(line, token);
        return !token.IsPresent || CommandRules.IsId(command.Id);
    }

    /// <summary>The text of a string, or null when it is none.</summary>
    private static string? TextOf(ReadOnlySpan<byte> line, JsonToken token)
    {
        if (token.Type != JsonTokenType.String)
        {
            return null;
        }
        Utf8JsonReader reader = new(token.In(line));
        reader.Read();
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // A lone surrogate escape.
        }
    }
}
