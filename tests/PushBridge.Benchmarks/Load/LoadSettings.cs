namespace PushBridge.Benchmarks.Load;

/// <summary>What a run is asked to do.</summary>
internal sealed record LoadSettings
{
    public int Clients { get; init; } = 100;

    /// <summary>Further connected clients that nothing is sent to.</summary>
    public int Bystanders { get; init; }

    public int Bytes { get; init; } = 40;

    public int Publishers { get; init; } = 1;

    /// <summary>Lines of one publisher without a reply.</summary>
    public int Window { get; init; } = 256;

    /// <summary>Commands a second in an open loop; 0: as fast as the window allows.</summary>
    public int Rate { get; init; }

    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(6);
}
