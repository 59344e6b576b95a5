using System.Buffers;
using System.Text.Json;

namespace PushBridge.Commands;

/// <summary>Writes an outcome as one line of the text protocol: <c>ok</c> or <c>fail</c>, or JSON where it was asked for.</summary>
internal static class Replies
{
    public static ReadOnlySpan<byte> Ok => "ok\n"u8;

    public static ReadOnlySpan<byte> Fail => "fail\n"u8;

    public static void Write(Command command, Outcome outcome, IBufferWriter<byte> output) =>
        Write(ReplyForm.Of(command), outcome, output);

    public static void Write(ReplyForm form, Outcome outcome, IBufferWriter<byte> output)
    {
        if (form.IsJson)
        {
            WriteJson(form.Kind, outcome, output);
        }
        else
        {
            output.Write(outcome.Ok ? Ok : Fail);
        }
    }

    /// <summary>The name of a reason on the wire.</summary>
    public static string NameOf(FailReason reason) =>
        reason switch
        {
            FailReason.BadRequest => "bad_request",
            FailReason.Unauthorized => "unauthorized",
            FailReason.Offline => "offline",
            FailReason.Overloaded => "overloaded",
            FailReason.Unavailable => "unavailable",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a failure."),
        };

    private static void WriteJson(CommandKind kind, Outcome outcome, IBufferWriter<byte> output)
    {
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok"u8, outcome.Ok);
            if (!outcome.Ok)
            {
                json.WriteString("reason"u8, NameOf(outcome.Reason));
            }
            else if (outcome.Online is { } online)
            {
                WriteOnline(online, json);
            }
            else if (kind is not (CommandKind.Auth or CommandKind.Quiet or CommandKind.Ping))
            {
                json.WriteNumber("connections"u8, outcome.Connections);
            }
            if (outcome.Uids is { } uids)
            {
                json.WriteNumber("uids"u8, uids);
            }
            if (outcome.IsPartial)
            {
                json.WriteBoolean("partial"u8, value: true);
            }
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private static void WriteOnline(IReadOnlyList<UidPresence> online, Utf8JsonWriter json)
    {
        json.WriteStartObject("online"u8);
        foreach (
            UidPresence presence in online.DistinctBy(
                presence => presence.Uid,
                StringComparer.Ordinal
            )
        )
        {
            json.WriteNumber(presence.Uid, presence.Connections);
        }
        json.WriteEndObject();
    }
}
