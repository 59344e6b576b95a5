using System.Buffers.Binary;

namespace PushBridge.Messages;

/// <summary>
/// Builds server-to-client WebSocket frames (RFC 6455 section 5.2): always final, never masked, hence the
/// same bytes for every client.
/// </summary>
internal static class ServerFrame
{
    private const byte Final = 0x80;
    private const int LargestInlineLength = 125;
    private const byte Length16 = 126;
    private const byte Length64 = 127;

    /// <summary>Size of the header in front of <paramref name="payloadLength"/> bytes: 2, 4 or 10.</summary>
    public static int HeaderLength(int payloadLength) =>
        payloadLength switch
        {
            <= LargestInlineLength => 2,
            <= ushort.MaxValue => 4,
            _ => 10,
        };

    /// <summary>A whole frame in an array of its own.</summary>
    public static byte[] Build(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        int header = HeaderLength(payload.Length);
        byte[] frame = GC.AllocateUninitializedArray<byte>(header + payload.Length);
        WriteHeader(frame, opcode, payload.Length);
        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }

    private static void WriteHeader(Span<byte> frame, Opcode opcode, int length)
    {
        frame[0] = (byte)(Final | (byte)opcode);
        switch (HeaderLength(length))
        {
            case 2:
                frame[1] = (byte)length;
                break;
            case 4:
                frame[1] = Length16;
                BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)length);
                break;
            default:
                frame[1] = Length64;
                BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)length);
                break;
        }
    }
}
