using System.Buffers;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>Finds the empty line that ends a request head, looking at each byte once however slowly the head comes.</summary>
internal static class HeadEnd
{
    private const int Overlap = 3;

    /// <param name="buffer">All bytes so far.</param>
    /// <param name="scanned">How many of them earlier calls have looked at; 0 at first.</param>
    /// <param name="end">The position behind the head.</param>
    public static bool TryFind(
        in ReadOnlySequence<byte> buffer,
        ref int scanned,
        out SequencePosition end
    )
    {
        SequenceReader<byte> reader = new(buffer);
        reader.Advance(Math.Max(0, scanned - Overlap));
        bool found = reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8);
        scanned = (int)buffer.Length;
        end = reader.Position;
        return found;
    }
}
