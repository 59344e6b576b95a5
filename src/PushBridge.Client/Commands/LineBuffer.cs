using System.Buffers;
using System.Text;

namespace PushBridge.Client.Commands;

/// <summary>Bytes that grow as they are appended to; keeps its array for the next use unless it became large.</summary>
internal sealed class LineBuffer(int kept)
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([
        (byte)'"',
        (byte)'\\',
        .. Enumerable.Range(0, 0x20).Select(code => (byte)code),
    ]);

    private byte[] bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, Length);

    /// <summary>What was appended since the buffer had <paramref name="start"/> bytes.</summary>
    public Span<byte> Since(int start) => bytes.AsSpan(start, Length - start);

    public void Clear()
    {
        Length = 0;
        if (bytes.Length > kept)
        {
            bytes = [];
        }
    }

    public void Append(ReadOnlySpan<byte> more)
    {
        more.CopyTo(Reserve(more.Length));
        Length += more.Length;
    }

    /// <summary>Appends well-formed text as a JSON string.</summary>
    public void AppendString(string text)
    {
        int start = Length + 1;
        Span<byte> room = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length) + 2);
        room[0] = (byte)'"';
        int length = Encoding.UTF8.GetBytes(text, room[1..]);
        room[length + 1] = (byte)'"';
        Length += length + 2;
        if (bytes.AsSpan(start, length).ContainsAny(Escaped))
        {
            Escape(start, length);
        }
    }

    private void Escape(int start, int length)
    {
        byte[] plain = bytes.AsSpan(start, length).ToArray();
        Length = start;
        foreach (byte b in plain)
        {
            Span<byte> room = Reserve(6);
            if (b is (byte)'"' or (byte)'\\')
            {
                room[0] = (byte)'\\';
                room[1] = b;
                Length += 2;
            }
            else if (b < 0x20)
            {
                "\\u00"u8.CopyTo(room);
                b.TryFormat(room[4..], out _, "x2");
                Length += 6;
            }
            else
            {
                room[0] = b;
                Length++;
            }
        }
        Append("\""u8);
    }

    private Span<byte> Reserve(int more)
    {
        if (bytes.Length - Length < more)
        {
            int wanted = Math.Max(Length + more, Math.Min(bytes.Length * 2, kept));
            Array.Resize(ref bytes, Math.Max(wanted, 256));
        }
        return bytes.AsSpan(Length);
    }
}
