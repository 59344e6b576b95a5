namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>A stream of commands and the frames they must become, counted and checked as they arrive.</summary>
internal interface ITraffic
{
    public long Delivered { get; }

    public long Answered { get; }

    public LatencyHistogram Delivery { get; }

    public LatencyHistogram Reply { get; }

    /// <summary>Every command written was answered and arrived.</summary>
    public bool IsComplete { get; }

    public string Missing { get; }

    /// <summary>Writes what the window or the clock allows now.</summary>
    public void Pump();

    /// <summary>Nothing more is written.</summary>
    public void Stop();
}
