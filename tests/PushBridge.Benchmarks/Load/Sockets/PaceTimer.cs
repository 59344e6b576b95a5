namespace PushBridge.Benchmarks.Load.Sockets;

/// <summary>A timerfd that ticks at a fixed rate; ticks that nobody read in time add up, as an open loop needs.</summary>
internal sealed unsafe class PaceTimer : IDisposable
{
    private const int Monotonic = 1;
    private const int NonBlocking = 0x800;
    private const long Second = 1_000_000_000;

    public PaceTimer(int ticksPerSecond)
    {
        Descriptor = Libc.TimerCreate(Monotonic, NonBlocking);
        long period = Second / ticksPerSecond;
        long* interval = stackalloc long[4];
        interval[0] = interval[2] = period / Second;
        interval[1] = interval[3] = period % Second;
        if (Descriptor < 0 || Libc.TimerSet(Descriptor, 0, interval, null) != 0)
        {
            throw new LoadException($"cannot start a timer of {ticksPerSecond} ticks a second");
        }
    }

    public int Descriptor { get; }

    public long TakeTicks()
    {
        ulong ticks = 0;
        return Libc.Read(Descriptor, &ticks, sizeof(ulong)) == sizeof(ulong) ? (long)ticks : 0;
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}
