using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using PushBridge.Connections;

namespace PushBridge.Commands;

/// <summary>
/// A command as one node sends it to another: the kind, flags, the id where there is one, four lists of names, the reason, and the
/// payload to the end. Numbers of variable length as in protocol buffers, text in UTF-8. The version stands in front of it, in the
/// backplane's own envelope.
/// </summary>
internal static class NodeEnvelope
{
    private const byte HasId = 1;
    private const byte Invocation = 2;
    private const byte HasReason = 4;
    private const int IdBytes = 16;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <param name="command">The command.</param>
    /// <param name="uids">Which of its uids the receivers are to look for.</param>
    /// <param name="payload">The command's payload.</param>
    /// <param name="id">What stands for the command among the nodes, or null.</param>
    /// <param name="output">Where it is written to.</param>
    public static void Write(
        Command command,
        Range uids,
        ReadOnlySpan<byte> payload,
        UInt128? id,
        IBufferWriter<byte> output
    )
    {
        Span<byte> head = output.GetSpan(2 + IdBytes);
        head[0] = (byte)command.Kind;
        head[1] = (byte)(
            (id is null ? 0 : HasId)
            | (command.IsInvocation ? Invocation : 0)
            | (command.Reason is null ? 0 : HasReason)
        );
        if (id is { } key)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(head[2..], key);
        }
        output.Advance(2 + (id is null ? 0 : IdBytes));
        Write(command.Uids, uids, output);
        Write(command.Groups, .., output);
        Write(command.Except, .., output);
        Write(command.ConnectionIds, .., output);
        if (command.Reason is { } reason)
        {
            Write(reason, output);
        }
        output.Write(payload);
    }

    /// <summary>False when the bytes are no such command; <paramref name="command"/> is then not to be used.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, Command command, out UInt128? id)
    {
        command.Clear();
        id = null;
        ReadOnlySpan<byte> rest = bytes;
        if (rest.Length < 2 || !Enum.IsDefined((CommandKind)rest[0]))
        {
            return false;
        }
        command.Kind = (CommandKind)rest[0];
        byte flags = rest[1];
        rest = rest[2..];
        if ((flags & HasId) != 0)
        {
            if (rest.Length < IdBytes)
            {
                return false;
            }
            id = BinaryPrimitives.ReadUInt128LittleEndian(rest);
            rest = rest[IdBytes..];
        }
        try
        {
            if (
                !TryRead(ref rest, command.Uids)
                || !TryRead(ref rest, command.Groups)
                || !TryRead(ref rest, command.Except)
                || !TryRead(ref rest, command.ConnectionIds)
                || ((flags & HasReason) != 0 && !TryReadReason(ref rest, command))
            )
            {
                return false;
            }
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        command.IsInvocation = (flags & Invocation) != 0;
        command.Payload = (bytes.Length - rest.Length)..bytes.Length;
        return true;
    }

    private static void Write(NameList names, Range range, IBufferWriter<byte> output)
    {
        (int start, int count) = range.GetOffsetAndLength(names.Count);
        Write((uint)count, output);
        for (int i = start; i < start + count; i++)
        {
            Write(names[i], output);
        }
    }

    private static void Write(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Write((uint)length, output);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(length)));
    }

    private static void Write(uint number, IBufferWriter<byte> output)
    {
        Span<byte> bytes = output.GetSpan(5);
        int length = 0;
        while (number >= 0x80)
        {
            bytes[length++] = (byte)(number | 0x80);
            number >>= 7;
        }
        bytes[length++] = (byte)number;
        output.Advance(length);
    }

    private static bool TryRead(ref ReadOnlySpan<byte> rest, NameList names)
    {
        if (!TryReadNumber(ref rest, out uint count))
        {
            return false;
        }
        for (; count > 0; count--)
        {
            if (!TryReadText(ref rest, out ReadOnlySpan<byte> text))
            {
                return false;
            }
            names.Commit(Strict.GetChars(text, names.Reserve(text.Length)));
        }
        return true;
    }

    private static bool TryReadReason(ref ReadOnlySpan<byte> rest, Command command)
    {
        bool isThere = TryReadText(ref rest, out ReadOnlySpan<byte> text);
        command.Reason = isThere ? Strict.GetString(text) : null;
        return isThere;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryReadNumber(ref rest, out uint length) || length > rest.Length)
        {
            return false;
        }
        text = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> rest, out uint number)
    {
        number = 0;
        for (int i = 0; i < rest.Length && i < 5; i++)
        {
            number |= (uint)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }
        return false;
    }
}
