using System.Text.Json;
using System.Text.Unicode;

namespace PushBridge.Commands;

/// <summary>What is wrong with bytes that were meant to be a payload.</summary>
internal enum PayloadFault
{
    None,
    NotUtf8,
    NotJson,
    TooDeep,
}

/// <summary>
/// Finds the payload in bytes that are nothing else: one JSON value, by the rules that hold for a line. White space around the
/// value is no part of it, as it is none of a command's <c>data</c>; what is delivered is the same whatever door it came by.
/// </summary>
internal static class JsonPayload
{
    public const int MaxDepth = 64;

    public static PayloadFault Find(ReadOnlySpan<byte> bytes, out Range payload)
    {
        payload = default;
        if (!Utf8.IsValid(bytes))
        {
            return PayloadFault.NotUtf8;
        }
        // One level more than allowed, so that too deep can be told from malformed.
        Utf8JsonReader reader = new(bytes, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            PayloadFault fault = Skip(ref reader);
            payload = start..(int)reader.BytesConsumed;
            return fault == PayloadFault.None && reader.Read() ? PayloadFault.NotJson : fault;
        }
        catch (JsonException)
        {
            return PayloadFault.NotJson;
        }
    }

    /// <summary>Says what is wrong, for whoever sent it.</summary>
    public static string Describe(PayloadFault fault) =>
        fault switch
        {
            PayloadFault.NotUtf8 => "The payload is not UTF-8.",
            PayloadFault.TooDeep => "The payload is nested more than 64 levels deep.",
            _ => "The payload is not one JSON value.",
        };

    private static PayloadFault Skip(ref Utf8JsonReader reader)
    {
        int outer = reader.CurrentDepth;
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return PayloadFault.None;
        }
        while (reader.Read() && reader.CurrentDepth > outer)
        {
            // A start token's depth is that of its parent.
            bool opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (opens && reader.CurrentDepth >= MaxDepth)
            {
                return PayloadFault.TooDeep;
            }
        }
        return PayloadFault.None;
    }
}
