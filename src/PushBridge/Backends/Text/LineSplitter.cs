namespace PushBridge.Backends.Text;

internal enum LineStatus
{
    /// <summary>A whole line came out.</summary>
    Line,

    /// <summary>No line end yet; come back with more bytes.</summary>
    More,

    /// <summary>The line is longer than it may be.</summary>
    TooLong,
}

/// <summary>
/// Cuts a growing buffer into lines: up to <c>\n</c>, every trailing <c>\r</c> dropped. Remembers how far it has looked, so
/// that a line which comes one byte at a time costs linear time. Pure: knows no socket.
/// </summary>
internal struct LineSplitter(int maxLineBytes)
{
    private int scanned;

    /// <summary>
    /// Takes the next line off the front of <paramref name="buffer"/>. After <see cref="LineStatus.More"/> the next call must
    /// bring the same unfinished bytes again with more behind them.
    /// </summary>
    public LineStatus TryRead(ref ReadOnlySpan<byte> buffer, out ReadOnlySpan<byte> line)
    {
        line = default;
        int end = buffer[scanned..].IndexOf((byte)'\n');
        if (end < 0)
        {
            scanned = buffer.Length;
            // One \r may yet turn out to belong to the line end; further ones count, lest a stream of them grows for ever.
            return buffer.Length > maxLineBytes + 1 ? LineStatus.TooLong : LineStatus.More;
        }
        end += scanned;
        scanned = 0;
        line = buffer[..end].TrimEnd((byte)'\r');
        buffer = buffer[(end + 1)..];
        return line.Length > maxLineBytes || end > maxLineBytes + 1
            ? LineStatus.TooLong
            : LineStatus.Line;
    }
}
