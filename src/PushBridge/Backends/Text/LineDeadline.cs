namespace PushBridge.Backends.Text;

/// <summary>When a line has to be whole. On the monotonic clock, and asked only while a line is unfinished.</summary>
internal struct LineDeadline(TimeSpan limit, TimeProvider time, bool isRunning)
{
    private long since = time.GetTimestamp();

    public bool IsRunning { get; private set; } = isRunning;

    /// <summary>What is left of the time; not above zero when it is over.</summary>
    public readonly TimeSpan Left => limit - time.GetElapsedTime(since);

    public void Start()
    {
        since = time.GetTimestamp();
        IsRunning = true;
    }

    public void Stop() => IsRunning = false;
}
