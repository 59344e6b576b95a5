namespace PushBridge.Connections;

/// <summary>
/// Uids or group names in one buffer that is kept from command to command, so that parsing allocates nothing.
/// Not thread-safe.
/// </summary>
internal sealed class NameList
{
    private char[] text = new char[64];
    private int[] ends = new int[1];

    public int Count { get; private set; }

    public ReadOnlySpan<char> this[int index] =>
        text.AsSpan(Start(index), ends[index] - Start(index));

    public void Clear() => Count = 0;

    /// <summary>Room for a name of up to <paramref name="length"/> characters; <see cref="Commit"/> makes it a member.</summary>
    public Span<char> Reserve(int length)
    {
        int start = Start(Count);
        if (text.Length - start < length)
        {
            Array.Resize(ref text, Math.Max(text.Length * 2, start + length));
        }
        return text.AsSpan(start, length);
    }

    public void Commit(int length)
    {
        if (Count == ends.Length)
        {
            Array.Resize(ref ends, Count * 2);
        }
        ends[Count] = Start(Count) + length;
        Count++;
    }

    /// <summary>The names as a set, or null when there are none.</summary>
    public HashSet<string>? ToSet()
    {
        if (Count == 0)
        {
            return null;
        }
        HashSet<string> set = new(Count, StringComparer.Ordinal);
        for (int i = 0; i < Count; i++)
        {
            set.Add(this[i].ToString());
        }
        return set;
    }

    private int Start(int index) => index == 0 ? 0 : ends[index - 1];
}
