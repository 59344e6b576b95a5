using System.Text.Json;

namespace PushBridge.Client.Replies;

/// <summary>One reply line to <see cref="Reply"/>. Members it does not know are skipped: a later server may say more.</summary>
internal static class ReplyParser
{
    /// <summary>False when the line is not a reply: then nothing on that connection can be trusted any more.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out Reply reply)
    {
        reply = default;
        if (line.SequenceEqual("fail"u8))
        {
            // The server could not even read that JSON was wanted, so it understood nothing of the command.
            reply = new Reply(PushReason.BadRequest) { MayBeLast = true };
            return true;
        }
        try
        {
            return TryRead(line, out reply);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false; // The reader's ways to say: not JSON, another kind of value, or no such number.
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> line, out Reply reply)
    {
        Utf8JsonReader reader = new(line);
        bool? ok = null;
        PushReason reason = PushReason.Unrecognized;
        int connections = 0;
        int uids = 0;
        IReadOnlyDictionary<string, int>? online = null;
        reader.Read();
        bool isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("ok"u8))
            {
                reader.Read();
                ok = reader.GetBoolean();
            }
            else if (reader.ValueTextEquals("connections"u8))
            {
                reader.Read();
                connections = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("reason"u8))
            {
                reader.Read();
                reason = ReasonOf(ref reader);
            }
            else if (reader.ValueTextEquals("uids"u8))
            {
                reader.Read();
                uids = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("online"u8))
            {
                reader.Read();
                online = Online(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        reply = new Reply(ok == true ? PushReason.None : reason, connections, uids, online);
        return isObject && ok is not null && !reader.Read();
    }

    private static PushReason ReasonOf(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? PushReason.Unrecognized
        : reader.ValueTextEquals("offline"u8) ? PushReason.Offline
        : reader.ValueTextEquals("bad_request"u8) ? PushReason.BadRequest
        : reader.ValueTextEquals("overloaded"u8) ? PushReason.Overloaded
        : reader.ValueTextEquals("unavailable"u8) ? PushReason.Unavailable
        : reader.ValueTextEquals("draining"u8) ? PushReason.Draining
        : reader.ValueTextEquals("unauthorized"u8) ? PushReason.Unauthorized
        : PushReason.Unrecognized;

    private static Dictionary<string, int> Online(ref Utf8JsonReader reader)
    {
        Dictionary<string, int> connections = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string uid = reader.GetString()!;
            reader.Read();
            connections[uid] = reader.GetInt32();
        }
        return connections;
    }
}
