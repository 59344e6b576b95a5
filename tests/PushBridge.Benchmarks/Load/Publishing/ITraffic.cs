namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>A stream of commands and the frames they must become, counted and checked as they arrive.</summary>
internal interface ITraffic
{
    long Delivered { get; }

    long Answered { get; }

    LatencyHistogram Delivery { get; }

    LatencyHistogram Reply { get; }

    /// <summary>Every command written was answered and arrived.</summary>
    bool IsComplete { get; }

    string Missing { get; }

    /// <summary>Writes what the window or the clock allows now.</summary>
    void Pump();

    /// <summary>Nothing more is written.</summary>
    void Stop();
}
