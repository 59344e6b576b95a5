using System.Text;

namespace PushBridge.Security.Authentication;

/// <summary>Reads what another service answers, and no more of it than it may say.</summary>
internal static class LimitedContent
{
    /// <summary>The text, or null when it is longer than <paramref name="maxBytes"/>.</summary>
    public static async Task<string?> ReadAsync(
        HttpContent content,
        int maxBytes,
        CancellationToken cancellation
    )
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancellation);
        byte[] buffer = new byte[Math.Min(maxBytes, content.Headers.ContentLength ?? 4096) + 1];
        int length = 0;
        int count;
        while ((count = await stream.ReadAsync(buffer.AsMemory(length), cancellation)) > 0)
        {
            length += count;
            if (length > maxBytes)
            {
                return null;
            }
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxBytes + 1));
            }
        }
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
