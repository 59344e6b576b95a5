using System.Text;

namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>
/// Command lines of one length that carry a sequence number, and the payload each must arrive as. The numbers have a
/// fixed width, so a line is a copy of the pattern with the digits put in.
/// </summary>
internal sealed class SequencedLine
{
    private const string UidDigits = "00000";
    private const string SequenceDigits = "0000000000";

    private readonly byte[] _line;
    private readonly byte[] _expected;
    private readonly int _uidAt;
    private readonly int _sequenceAt;
    private readonly int _payloadAt;

    private SequencedLine(string before, string payload, string after, bool hasUid)
    {
        _line = Encoding.ASCII.GetBytes(before + payload + after);
        _expected = Encoding.ASCII.GetBytes(payload);
        _payloadAt = before.Length;
        _uidAt = hasUid ? payload.IndexOf(UidDigits, StringComparison.Ordinal) : -1;
        _sequenceAt = payload.IndexOf(SequenceDigits, StringComparison.Ordinal);
    }

    public int Length => _line.Length;

    public int PayloadBytes => _expected.Length;

    /// <summary>The seed's push: the line itself is the payload.</summary>
    public static SequencedLine Push(int bytes) =>
        new(
            "",
            Fill($$"""{"uid":"{{UidDigits}}","s":"{{SequenceDigits}}","p":"*"}""", bytes),
            "",
            hasUid: true
        );

    /// <summary>A broadcast of <paramref name="bytes"/> bytes of <c>data</c>.</summary>
    public static SequencedLine Broadcast(int bytes) =>
        new(
            """{"$cmd":"broadcast","data":""",
            Fill($$"""{"s":"{{SequenceDigits}}","p":"*"}""", bytes),
            "}",
            hasUid: false
        );

    public void Write(Span<byte> line, int client, long sequence)
    {
        _line.CopyTo(line);
        if (_uidAt >= 0)
            WriteDigits(line.Slice(_payloadAt + _uidAt, UidDigits.Length), client);
        WriteDigits(line.Slice(_payloadAt + _sequenceAt, SequenceDigits.Length), sequence);
    }

    public bool Matches(ReadOnlySpan<byte> payload, int client, long sequence)
    {
        if (_uidAt >= 0)
            WriteDigits(_expected.AsSpan(_uidAt, UidDigits.Length), client);
        WriteDigits(_expected.AsSpan(_sequenceAt, SequenceDigits.Length), sequence);
        return payload.SequenceEqual(_expected);
    }

    private static string Fill(string pattern, int bytes)
    {
        var missing = bytes - (pattern.Length - 1);
        if (missing < 0)
            throw new LoadException($"--bytes must be at least {pattern.Length - 1}");
        var filler = string.Create(missing, 0, (text, _) => Alphabet(text));
        return pattern.Replace("*", filler, StringComparison.Ordinal);
    }

    private static void Alphabet(Span<char> text)
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = (char)('a' + (i % 26));
    }

    private static void WriteDigits(Span<byte> digits, long value)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            digits[i] = (byte)('0' + digit);
        }
    }
}
