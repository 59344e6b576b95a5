namespace PushBridge.Observability;

/// <summary>A number that only grows, counted by many at once.</summary>
internal sealed class Tally
{
    private long count;

    public long Value => Interlocked.Read(ref count);

    public void Add(long more = 1) => Interlocked.Add(ref count, more);
}
