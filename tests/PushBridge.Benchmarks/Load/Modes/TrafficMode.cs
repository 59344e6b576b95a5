using System.Diagnostics;
using PushBridge.Benchmarks.Load.Publishing;
using PushBridge.Benchmarks.Load.Servers;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>A stream of commands: connect, settle, warm up, measure, and wait for the last frame.</summary>
internal static class TrafficMode
{
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(15);

    public static LoadRow Push(string name, LoadSettings settings, ServerProcess server)
    {
        SequencedLine line = SequencedLine.Push(settings.Bytes);
        return Run(
            name,
            "frames",
            settings,
            line,
            server,
            loop => new PushTraffic(loop, settings, line)
        );
    }

    /// <summary>Backends at one node, clients at another.</summary>
    public static LoadRow Across(
        string name,
        LoadSettings settings,
        SequencedLine line,
        LoadCluster cluster
    ) =>
        Run(
            name,
            "pushes",
            settings,
            line,
            () => new LoadLoop(cluster.Far.Clients, cluster.Near.Text),
            cluster.Usage,
            loop => new PushTraffic(loop, settings, line)
        );

    public static LoadRow Broadcast(string name, LoadSettings settings, ServerProcess server)
    {
        SequencedLine line = SequencedLine.Broadcast(settings.Bytes);
        return Run(
            name,
            "frames",
            settings,
            line,
            server,
            loop => new BroadcastTraffic(loop, settings, line)
        );
    }

    /// <summary>The .NET client library in this process; its CPU is part of the load's.</summary>
    public static LoadRow Client(string name, LoadSettings settings, ServerProcess server)
    {
        SequencedLine line = SequencedLine.Push(settings.Bytes);
        return Run(
            name,
            "pushes",
            settings,
            line,
            server,
            loop => new CallerTraffic(loop, settings, line, server.Text)
        );
    }

    private static LoadRow Run(
        string name,
        string unit,
        LoadSettings settings,
        SequencedLine line,
        ServerProcess server,
        Func<LoadLoop, ITraffic> start
    ) =>
        Run(
            name,
            unit,
            settings,
            line,
            () => new LoadLoop(server.Clients, server.Text),
            server.Usage,
            start
        );

    private static LoadRow Run(
        string name,
        string unit,
        LoadSettings settings,
        SequencedLine line,
        Func<LoadLoop> open,
        ProcessUsage usage,
        Func<LoadLoop, ITraffic> start
    )
    {
        using LoadLoop loop = open();
        loop.Connect(settings.Clients + settings.Bystanders, line.PayloadBytes);
        Settling.Run(loop, loop.AddPublisher());
        if (settings.Rate > 0)
        {
            loop.StartTimer(settings.Rate);
        }
        ITraffic traffic = start(loop);
        using IDisposable? owned = traffic as IDisposable;
        Pump(loop, traffic, settings.Warmup);
        return Measure(new LoadRow(name) { Unit = unit }, loop, traffic, settings, usage);
    }

    private static LoadRow Measure(
        LoadRow row,
        LoadLoop loop,
        ITraffic traffic,
        LoadSettings settings,
        ProcessUsage usage
    )
    {
        traffic.Delivery.Clear();
        traffic.Reply.Clear();
        ProcessUsage own = new(Environment.ProcessId);
        long allocated = GC.GetTotalAllocatedBytes();
        var (cpu, ownCpu, delivered, started) = (
            usage.CpuSeconds(),
            own.CpuSeconds(),
            traffic.Delivered,
            Stopwatch.GetTimestamp()
        );
        Pump(loop, traffic, settings.Measured);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        long frames = traffic.Delivered - delivered;
        row = row with
        {
            PerSecond = frames / seconds,
            CpuSecondsPerMillion = (usage.CpuSeconds() - cpu) * 1e6 / frames,
            DeliveryP50 = traffic.Delivery.Percentile(0.5),
            DeliveryP99 = traffic.Delivery.Percentile(0.99),
            ReplyP50 = traffic.Reply.Percentile(0.5),
            ReplyP99 = traffic.Reply.Percentile(0.99),
            ResidentMegabytes = usage.ResidentBytes() / 1e6,
            LoadCores = (own.CpuSeconds() - ownCpu) / seconds,
            AllocatedBytes =
                traffic is CallerTraffic
                    ? (double)(GC.GetTotalAllocatedBytes() - allocated) / frames
                    : null,
        };
        traffic.Stop();
        loop.Until(() => traffic.IsComplete, DrainDeadline, () => traffic.Missing);
        // One frame too many would come now.
        loop.For(TimeSpan.FromMilliseconds(200));
        return traffic.IsComplete
            ? row
            : row with
            {
                Problem = "more frames arrived than were sent",
            };
    }

    private static void Pump(LoadLoop loop, ITraffic traffic, TimeSpan time)
    {
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            traffic.Pump();
            loop.Turn(10);
        }
    }
}
