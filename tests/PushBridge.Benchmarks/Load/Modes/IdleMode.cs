using System.Diagnostics;
using PushBridge.Benchmarks.Load.Publishing;
using PushBridge.Benchmarks.Load.Servers;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>Opens many connections and leaves them alone: what does one cost?</summary>
internal static class IdleMode
{
    private const int MessageBytes = 64;

    public static LoadRow Run(string name, LoadSettings settings, ServerProcess server)
    {
        ProcessUsage usage = server.Usage;
        // Few connections at a time: leaves optimised code, and no memory that the measured ones could take over.
        ChurnMode.WarmUp(server, settings.Warmup);
        using LoadLoop loop = new(server.Clients, server.Text);
        Publisher publisher = loop.AddPublisher();
        Quiet.Wait(loop, usage);

        var (memory, cpu, started) = (
            usage.ResidentBytes(),
            usage.CpuSeconds(),
            Stopwatch.GetTimestamp()
        );
        loop.Connect(settings.Clients, MessageBytes);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Quiet.Wait(loop, usage);
        var (idleMemory, idleCpu) = (usage.ResidentBytes(), usage.CpuSeconds());
        Settling.Run(loop, publisher);
        Quiet.Wait(loop, usage);
        return new LoadRow(name)
        {
            Unit = "connects",
            PerSecond = settings.Clients / seconds,
            CpuSecondsPerMillion = (idleCpu - cpu) * 1e6 / settings.Clients,
            BytesPerConnection = (double)(idleMemory - memory) / settings.Clients,
            BytesPerConnectionPushed = (double)(usage.ResidentBytes() - memory) / settings.Clients,
            ResidentMegabytesBefore = memory / 1e6,
            ResidentMegabytes = usage.ResidentBytes() / 1e6,
        };
    }
}
