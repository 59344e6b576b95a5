using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PushBridge.Benchmarks.Load.Clients;

/// <summary>The head of a frame as a server sends it: unmasked, any of the three length forms.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ServerFrame(byte FirstByte, int HeaderBytes, int PayloadBytes)
{
    public const int MaxHeaderBytes = 10;
    public const byte FinalText = 0x81;
    public const byte FinalClose = 0x88;
    public const byte FinalPing = 0x89;

    /// <summary>False while the frame, head and payload, is not complete.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ServerFrame frame)
    {
        frame = default;
        if (bytes.Length < 2)
        {
            return false;
        }
        int length = bytes[1];
        int header = 2;
        if (length >= 126)
        {
            header = length == 126 ? 4 : MaxHeaderBytes;
            if (bytes.Length < header)
            {
                return false;
            }
            length =
                header == 4
                    ? BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])
                    : ReadLong(bytes, length);
        }
        if (bytes.Length - header < length)
        {
            return false;
        }
        frame = new ServerFrame(bytes[0], header, length);
        return true;
    }

    private static int ReadLong(ReadOnlySpan<byte> bytes, int lengthByte)
    {
        ulong length = BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]);
        if (lengthByte != 127 || length > int.MaxValue)
        {
            throw new LoadException("the server sent a masked frame, or one over 2 GiB");
        }
        return (int)length;
    }
}
