namespace PushBridge.Tests.Commands;

/// <summary>A monotonic clock that goes when the test says so.</summary>
internal sealed class FakeTime : TimeProvider
{
    // Starts anywhere but at zero, as real clocks do.
    private long now = 12_345;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now;

    public void Advance(TimeSpan time) => now += time.Ticks;
}
