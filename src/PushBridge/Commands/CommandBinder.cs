using System.Text;
using System.Text.Json;

namespace PushBridge.Commands;

/// <summary>The second half of parsing: which members each <c>$cmd</c> needs, may have, and what they must look like.</summary>
internal static class CommandBinder
{
    /// <summary>A close frame has 125 bytes, two of them for the code (RFC 6455 section 5.5).</summary>
    private const int MaxReasonBytes = 123;

    public static bool TryBind(
        ReadOnlySpan<byte> line,
        ReadOnlySpan<JsonToken> members,
        Command command
    )
    {
        if (
            !TryBindReply(line, members[(int)Member.Reply], command)
            || !TryKind(line, members[(int)Member.Cmd], out CommandKind kind)
        )
        {
            return false;
        }
        command.Kind = kind;
        return kind switch
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
            _ => true,
        };
    }

    private static bool TryKind(ReadOnlySpan<byte> line, JsonToken token, out CommandKind kind)
    {
        kind = CommandKind.PushLine;
        if (token.Type != JsonTokenType.String)
        {
            return false;
        }
        ReadOnlySpan<byte> name = token.In(line)[1..^1];
        kind = name switch
        {
            _ when name.SequenceEqual("push"u8) => CommandKind.Push,
            _ when name.SequenceEqual("broadcast"u8) => CommandKind.Broadcast,
            _ when name.SequenceEqual("group"u8) => CommandKind.Group,
            _ when name.SequenceEqual("join"u8) => CommandKind.Join,
            _ when name.SequenceEqual("leave"u8) => CommandKind.Leave,
            _ when name.SequenceEqual("kick"u8) => CommandKind.Kick,
            _ when name.SequenceEqual("online"u8) => CommandKind.Online,
            _ when name.SequenceEqual("count"u8) => CommandKind.Count,
            _ when name.SequenceEqual("quiet"u8) => CommandKind.Quiet,
            _ when name.SequenceEqual("ping"u8) => CommandKind.Ping,
            _ => CommandKind.PushLine,
        };
        return kind != CommandKind.PushLine;
    }

    private static bool TryBindReply(ReadOnlySpan<byte> line, JsonToken token, Command command)
    {
        command.ReplyAsJson =
            token.Type == JsonTokenType.String && token.In(line).SequenceEqual("\"json\""u8);
        return command.ReplyAsJson || !token.IsPresent;
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
        !members[(int)Member.Except].IsPresent
        || JsonNames.TryAdd(line, members[(int)Member.Except], command.Except);

    private static bool Data(ReadOnlySpan<JsonToken> members, Command command)
    {
        JsonToken data = members[(int)Member.Data];
        command.Payload = data.Start..data.End;
        return data.IsPresent;
    }

    private static bool Reason(ReadOnlySpan<byte> line, JsonToken token, Command command)
    {
        if (!token.IsPresent)
        {
            return true;
        }
        if (token.Type != JsonTokenType.String)
        {
            return false;
        }
        Utf8JsonReader reader = new(token.In(line));
        reader.Read();
        try
        {
            command.Reason = reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return false; // A lone surrogate escape.
        }
        return Encoding.UTF8.GetByteCount(command.Reason!) <= MaxReasonBytes;
    }
}
