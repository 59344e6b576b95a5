using System.Buffers;
using System.Buffers.Binary;
using PushBridge.Connections;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>One client frame; the payload is still masked and is a slice of what was read.</summary>
internal readonly record struct ClientFrame(
    Opcode Opcode,
    bool IsFinal,
    uint Mask,
    ReadOnlySequence<byte> Payload
)
{
    /// <summary>Copies the payload and takes the mask off (RFC 6455 section 5.3).</summary>
    public void CopyTo(Span<byte> destination)
    {
        Payload.CopyTo(destination);
        Span<byte> mask = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(mask, Mask);
        for (int i = 0; i < Payload.Length; i++)
        {
            destination[i] ^= mask[i & 3];
        }
    }
}

/// <summary>
/// Reads client-to-server WebSocket frames (RFC 6455 section 5.2) off the front of a buffer. Pure: knows no connection and no
/// message, only what a single frame must look like. A violation is reported as soon as the header shows it.
/// </summary>
internal static class FrameParser
{
    private const int MaxHeader = 14;
    private const byte FinalBit = 0x80;
    private const byte ReservedBits = 0x70;
    private const byte MaskBit = 0x80;
    private const int MaxControlPayload = 125;

    /// <summary>
    /// Takes the next frame off <paramref name="buffer"/>. False with no <paramref name="violation"/>: the frame is not
    /// complete yet, and the buffer is unchanged.
    /// </summary>
    /// <param name="maxPayload">Longest payload of a data frame; a longer one is <see cref="CloseReason.TooBig"/>.</param>
    public static bool TryRead(
        ref ReadOnlySequence<byte> buffer,
        int maxPayload,
        out ClientFrame frame,
        out CloseReason? violation
    )
    {
        frame = default;
        violation = null;
        Span<byte> copy = stackalloc byte[MaxHeader];
        ReadOnlySpan<byte> header = Peek(buffer, copy);
        if (header.Length < 2)
        {
            return false;
        }
        Opcode opcode = (Opcode)(header[0] & 0x0F);
        bool final = (header[0] & FinalBit) != 0;
        if (
            (header[0] & ReservedBits) != 0
            || !IsKnown(opcode)
            || (header[1] & MaskBit) == 0
            || IsBadControl(opcode, final, header[1] & 0x7F)
        )
        {
            violation = CloseReason.ProtocolError;
            return false;
        }
        if (!TryReadLength(header, out int lengthBytes, out ulong length, out violation))
        {
            return false;
        }
        if (length > (ulong)maxPayload && !IsControl(opcode))
        {
            violation = CloseReason.TooBig;
            return false;
        }
        int maskStart = 2 + lengthBytes;
        long total = maskStart + 4 + (long)length;
        if (buffer.Length < total)
        {
            return false;
        }
        uint mask = BinaryPrimitives.ReadUInt32BigEndian(header[maskStart..]);
        frame = new ClientFrame(opcode, final, mask, buffer.Slice(maskStart + 4, (long)length));
        buffer = buffer.Slice(total);
        return true;
    }

    private static ReadOnlySpan<byte> Peek(in ReadOnlySequence<byte> buffer, Span<byte> copy)
    {
        ReadOnlySpan<byte> first = buffer.FirstSpan;
        if (first.Length >= MaxHeader || buffer.IsSingleSegment)
        {
            return first.Length > MaxHeader ? first[..MaxHeader] : first;
        }
        int length = (int)Math.Min(MaxHeader, buffer.Length);
        buffer.Slice(0, length).CopyTo(copy);
        return copy[..length];
    }

    private static bool IsControl(Opcode opcode) => opcode >= Opcode.Close;

    private static bool IsKnown(Opcode opcode) =>
        opcode
            is Opcode.Continuation
                or Opcode.Text
                or Opcode.Binary
                or Opcode.Close
                or Opcode.Ping
                or Opcode.Pong;

    /// <summary>Control frames are never fragmented and have at most 125 bytes (RFC 6455 section 5.5).</summary>
    private static bool IsBadControl(Opcode opcode, bool final, int shortLength) =>
        IsControl(opcode) && (!final || shortLength > MaxControlPayload);

    /// <summary>The minimal number of bytes must be used for a length (RFC 6455 section 5.2).</summary>
    private static bool TryReadLength(
        ReadOnlySpan<byte> header,
        out int lengthBytes,
        out ulong length,
        out CloseReason? violation
    )
    {
        violation = null;
        length = (ulong)(header[1] & 0x7F);
        lengthBytes = length switch
        {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        if (header.Length < 2 + lengthBytes)
        {
            return false;
        }
        bool minimal = true;
        if (lengthBytes == 2)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
            minimal = length > 125;
        }
        else if (lengthBytes == 8)
        {
            length = BinaryPrimitives.ReadUInt64BigEndian(header[2..]);
            minimal = length is > ushort.MaxValue and <= long.MaxValue;
        }
        violation = minimal ? null : CloseReason.ProtocolError;
        return minimal;
    }
}
