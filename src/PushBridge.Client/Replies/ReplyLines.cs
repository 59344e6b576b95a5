using System.Buffers;

namespace PushBridge.Client.Replies;

/// <summary>Collects received bytes and cuts them into lines. A line may come in any number of pieces.</summary>
internal sealed class ReplyLines(int maxLineBytes) : IDisposable
{
    private const int ReadSize = 16 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
    private int start;
    private int end;
    private int searched;

    /// <summary>Room for the next receive; call <see cref="Received"/> with what came.</summary>
    public Memory<byte> Free()
    {
        buffer.AsSpan(start..end).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end == buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        return buffer.AsMemory(end);
    }

    public void Received(int count) => end += count;

    /// <summary>The next whole line without its end; it stays valid until <see cref="Free"/>.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = buffer.AsSpan(start..end);
        int length = rest[searched..].IndexOf((byte)'\n');
        if (length < 0)
        {
            if (rest.Length > maxLineBytes)
            {
                throw new IOException($"The server sent a reply of over {maxLineBytes} bytes.");
            }
            searched = rest.Length;
            line = default;
            return false;
        }
        length += searched;
        searched = 0;
        line = rest[..length].TrimEnd((byte)'\r');
        start += length + 1;
        return true;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
