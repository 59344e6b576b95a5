using System.Buffers;
using System.Text;
using PushBridge.Connections;

namespace PushBridge.Commands;

/// <summary>What the parts of a command must look like, for doors that build commands from something else than a line.</summary>
internal static class CommandRules
{
    public const string Name =
        "A uid or group name has 1 to 256 bytes of UTF-8 without control characters.";
    public const string Reason = "A reason has at most 123 bytes of UTF-8.";
    public const string Id = "An id has 1 to 64 bytes of UTF-8.";

    /// <summary>A close frame has 125 bytes, two of them for the code (RFC 6455 section 5.5).</summary>
    private const int MaxReasonBytes = 123;
    private const int MaxIdBytes = 64;

    public static bool IsReason(string? reason) =>
        reason is not null
        && IsWellFormed(reason)
        && Encoding.UTF8.GetByteCount(reason) <= MaxReasonBytes;

    public static bool IsId(string? id) =>
        id is { Length: > 0 and <= MaxIdBytes }
        && IsWellFormed(id)
        && Encoding.UTF8.GetByteCount(id) <= MaxIdBytes;

    /// <summary>Adds a name; false when it may not be one.</summary>
    public static bool TryAddName(ReadOnlySpan<char> name, NameList names)
    {
        if (!UidRules.IsValid(name) || !IsWellFormed(name))
        {
            return false;
        }
        name.CopyTo(names.Reserve(name.Length));
        names.Commit(name.Length);
        return true;
    }

    /// <summary>A string of .NET's may hold half a surrogate pair, which UTF-8 cannot say.</summary>
    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != OperationStatus.Done)
            {
                return false;
            }
            text = text[length..];
        }
        return true;
    }
}
