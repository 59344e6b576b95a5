namespace PushBridge.Connections;

/// <summary>
/// Monotonic milliseconds since start, advanced by the heartbeat: reading it costs a load instead of the 25 ns of a
/// timestamp, which every message and every read would otherwise pay. Never more than one heartbeat behind.
/// </summary>
internal sealed class CoarseClock(TimeProvider time)
{
    private readonly long start = time.GetTimestamp();
    private long now;

    public long Now => Volatile.Read(ref now);

    public long Advance()
    {
        long elapsed = (long)time.GetElapsedTime(start).TotalMilliseconds;
        Volatile.Write(ref now, elapsed);
        return elapsed;
    }
}
