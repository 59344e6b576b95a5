using System.Text.Json;

namespace PushBridge.Commands;

/// <summary>The members of a command that mean something to us; all others are the backend's own.</summary>
internal enum Member
{
    Other,
    Uid,
    Cmd,
    Data,
    Group,
    Reply,
    Except,
    Reason,
    Id,
    Secret,
    Ack,
    Last = Ack,
}

/// <summary>Where in the line a member's value stands. The default means absent.</summary>
internal readonly record struct JsonToken(JsonTokenType Type, int Start, int End, bool IsEscaped)
{
    public bool IsPresent => Type != JsonTokenType.None;

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> line) => line[Start..End];
}
