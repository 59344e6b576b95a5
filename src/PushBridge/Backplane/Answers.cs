using System.Buffers.Binary;

namespace PushBridge.Backplane;

/// <summary>
/// The answers to requests of one node, several in one envelope: for each the request's number (8 bytes), connections, full ones,
/// uids, and how many numbers of who is online follow (4 bytes each, little-endian).
/// </summary>
internal static class Answers
{
    private const int FixedLength = 24;

    public static void Write(ulong request, in NodeReply reply, List<byte> output)
    {
        Span<byte> bytes = stackalloc byte[FixedLength];
        int[] online = reply.Online ?? [];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, request);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], reply.Connections);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], reply.Full);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], reply.Uids);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], online.Length);
        output.AddRange(bytes);
        foreach (int connections in online)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, connections);
            output.AddRange(bytes[..sizeof(int)]);
        }
    }

    /// <summary>Takes one answer off the beginning; false at the end, or when what is left is none.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> rest, out ulong request, out NodeReply reply)
    {
        request = 0;
        reply = default;
        if (rest.Length < FixedLength)
        {
            return false;
        }
        int count = BinaryPrimitives.ReadInt32LittleEndian(rest[20..]);
        if (count < 0 || count > (rest.Length - FixedLength) / sizeof(int))
        {
            return false;
        }
        request = BinaryPrimitives.ReadUInt64LittleEndian(rest);
        int[]? online = count == 0 ? null : new int[count];
        for (int i = 0; i < count; i++)
        {
            online![i] = BinaryPrimitives.ReadInt32LittleEndian(
                rest[(FixedLength + i * sizeof(int))..]
            );
        }
        reply = new NodeReply(
            BinaryPrimitives.ReadInt32LittleEndian(rest[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(rest[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(rest[16..]),
            online
        );
        rest = rest[(FixedLength + count * sizeof(int))..];
        return true;
    }
}
