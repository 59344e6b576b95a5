using System.Buffers;
using System.Text;

namespace PushBridge.Connections;

/// <summary>
/// What may name a user or a group: 1 to 256 bytes of UTF-8 without control characters, compared byte for byte, never
/// trimmed (PROTOCOL.md section 2).
/// </summary>
internal static class UidRules
{
    public const int MaxBytes = 256;

    private static readonly SearchValues<char> Controls = SearchValues.Create([
        .. Enumerable
            .Range(0, 0x20)
            .Concat(Enumerable.Range(0x7F, 0x21))
            .Select(code => (char)code),
    ]);

    /// <summary>True when the well-formed UTF-16 text may be a uid.</summary>
    public static bool IsValid(ReadOnlySpan<char> uid) =>
        uid.Length is > 0 and <= MaxBytes
        && !uid.ContainsAny(Controls)
        && (uid.Length <= MaxBytes / 3 || Encoding.UTF8.GetByteCount(uid) <= MaxBytes);
}
