using PushBridge.Benchmarks.Load.Servers;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>Waits until the server has finished what it was doing.</summary>
internal static class Quiet
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private const double IdleSeconds = 0.02;
    private const int MostIntervals = 20;

    public static void Wait(LoadLoop loop, ProcessUsage usage)
    {
        double before = usage.CpuSeconds();
        for (int i = 0; i < MostIntervals; i++)
        {
            loop.For(Interval);
            double now = usage.CpuSeconds();
            if (now - before <= IdleSeconds)
            {
                return;
            }
            before = now;
        }
    }
}
