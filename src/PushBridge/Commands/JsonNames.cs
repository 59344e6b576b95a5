using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using PushBridge.Connections;

namespace PushBridge.Commands;

/// <summary>Reads uids and group names out of JSON values: a string, an integer literal (its own text), or an array of them.</summary>
internal static class JsonNames
{
    private const int LongestEscape = 6;
    private static readonly SearchValues<byte> IntegerBytes = SearchValues.Create("-0123456789"u8);

    /// <summary>Adds the name or names of a value; false when there is none or one of them may not be a name.</summary>
    public static bool TryAdd(ReadOnlySpan<byte> line, JsonToken token, NameList names) =>
        token.Type switch
        {
            JsonTokenType.String when token.IsEscaped => TryAddEscaped(token.In(line), names),
            JsonTokenType.String => TryAddText(token.In(line)[1..^1], names),
            JsonTokenType.Number => TryAddInteger(token.In(line), names),
            JsonTokenType.StartArray => TryAddArray(token.In(line), names),
            _ => false,
        };

    private static bool TryAddArray(ReadOnlySpan<byte> array, NameList names)
    {
        Utf8JsonReader reader = new(array);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonToken element = new(
                reader.TokenType,
                (int)reader.TokenStartIndex,
                (int)reader.BytesConsumed,
                reader.ValueIsEscaped
            );
            if (
                element.Type is not (JsonTokenType.String or JsonTokenType.Number)
                || !TryAdd(array, element, names)
            )
            {
                return false;
            }
        }
        return names.Count > 0;
    }

    private static bool TryAddText(ReadOnlySpan<byte> utf8, NameList names)
    {
        if (utf8.Length is 0 or > UidRules.MaxBytes)
        {
            return false;
        }
        Span<char> name = names.Reserve(utf8.Length);
        bool decoded =
            Utf8.ToUtf16(utf8, name, out _, out int length, replaceInvalidSequences: false)
            == OperationStatus.Done;
        return decoded && TryCommit(name[..length], names);
    }

    private static bool TryAddInteger(ReadOnlySpan<byte> literal, NameList names) =>
        !literal.ContainsAnyExcept(IntegerBytes) && TryAddText(literal, names);

    private static bool TryAddEscaped(ReadOnlySpan<byte> literal, NameList names)
    {
        if (literal.Length > (UidRules.MaxBytes * LongestEscape) + 2)
        {
            return false;
        }
        Utf8JsonReader reader = new(literal);
        reader.Read();
        Span<char> name = names.Reserve(literal.Length);
        try
        {
            return TryCommit(name[..reader.CopyString(name)], names);
        }
        catch (InvalidOperationException)
        {
            return false; // A lone surrogate escape: JSON allows it, UTF-8 has no such character.
        }
    }

    private static bool TryCommit(ReadOnlySpan<char> name, NameList names)
    {
        if (!UidRules.IsValid(name))
        {
            return false;
        }
        names.Commit(name.Length);
        return true;
    }
}
