using System.Globalization;
using System.Text.Json;

namespace PushBridge.Server.CommandLine;

/// <summary>What the parser has against some JSON, for people: they count lines and bytes from 1.</summary>
internal static class JsonFault
{
    /// <param name="exception">The parser's, or one that was thrown because of it.</param>
    public static string Describe(Exception exception) =>
        exception.GetBaseException() is JsonException fault
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"not JSON in line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}: {Text(fault)}"
            )
            : exception.Message;

    /// <summary>The message without the place that the parser writes behind it, where lines and bytes begin with 0.</summary>
    private static string Text(JsonException fault)
    {
        int end = fault.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? fault.Message : fault.Message[..end];
    }
}
