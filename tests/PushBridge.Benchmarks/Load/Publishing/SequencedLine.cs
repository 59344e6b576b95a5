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

    private readonly byte[] template;
    private readonly byte[] expected;
    private readonly int uidAt;
    private readonly int sequenceAt;
    private readonly int payloadAt;
    private readonly int targetAt;

    private SequencedLine(string before, string payload, string after, bool hasUid)
    {
        template = Encoding.ASCII.GetBytes(before + payload + after);
        expected = Encoding.ASCII.GetBytes(payload);
        payloadAt = before.Length;
        targetAt = before.IndexOf(UidDigits, StringComparison.Ordinal);
        uidAt = hasUid ? payload.IndexOf(UidDigits, StringComparison.Ordinal) : -1;
        sequenceAt = payload.IndexOf(SequenceDigits, StringComparison.Ordinal);
    }

    public int Length => template.Length;

    public int PayloadBytes => expected.Length;

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

    /// <summary>The command, with a member that says how it is to be answered.</summary>
    public static SequencedLine Command(int bytes, string answer) =>
        new(
            $$"""{"$cmd":"push","uid":"{{UidDigits}}","data":""",
            Fill($$"""{"uid":"{{UidDigits}}","s":"{{SequenceDigits}}","p":"*"}""", bytes),
            $",{answer}}}",
            hasUid: true
        );

    public void Write(Span<byte> line, int client, long sequence)
    {
        template.CopyTo(line);
        if (targetAt >= 0)
        {
            WriteDigits(line.Slice(targetAt, UidDigits.Length), client);
        }
        if (uidAt >= 0)
        {
            WriteDigits(line.Slice(payloadAt + uidAt, UidDigits.Length), client);
        }
        WriteDigits(line.Slice(payloadAt + sequenceAt, SequenceDigits.Length), sequence);
    }

    public bool Matches(ReadOnlySpan<byte> payload, int client, long sequence)
    {
        if (uidAt >= 0)
        {
            WriteDigits(expected.AsSpan(uidAt, UidDigits.Length), client);
        }
        WriteDigits(expected.AsSpan(sequenceAt, SequenceDigits.Length), sequence);
        return payload.SequenceEqual(expected);
    }

    private static string Fill(string pattern, int bytes)
    {
        int missing = bytes - (pattern.Length - 1);
        if (missing < 0)
        {
            throw new LoadException($"--bytes must be at least {pattern.Length - 1}");
        }
        string filler = string.Create(missing, 0, (text, _) => Alphabet(text));
        return pattern.Replace("*", filler, StringComparison.Ordinal);
    }

    private static void Alphabet(Span<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)('a' + (i % 26));
        }
    }

    private static void WriteDigits(Span<byte> digits, long value)
    {
        for (int i = digits.Length - 1; i >= 0; i--)
        {
            (value, long digit) = Math.DivRem(value, 10);
            digits[i] = (byte)('0' + digit);
        }
    }
}
