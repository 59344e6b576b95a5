namespace PushBridge.Observability;

/// <summary>Lets one event through in ten seconds: what a peer can cause at will must not fill an operator's log.</summary>
internal sealed class LogInterval(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private long? lastAt;

    public bool IsDue()
    {
        lock (gate)
        {
            if (lastAt is { } last && time.GetElapsedTime(last) < Interval)
            {
                return false;
            }
            lastAt = time.GetTimestamp();
            return true;
        }
    }
}
