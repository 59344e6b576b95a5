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

    /// <summary>
    /// The same to the millisecond, for moments that are few: on a machine so busy that the heartbeat comes late, what begins now
    /// must not be taken for as old as the last beat.
    /// </summary>
    public long Exact => (long)time.GetElapsedTime(start).TotalMilliseconds;

    public long Advance()
    {
        long elapsed = Exact;
        Volatile.Write(ref now, elapsed);
        return elapsed;
    }
}
