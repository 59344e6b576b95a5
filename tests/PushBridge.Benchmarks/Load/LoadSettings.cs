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

    /// <summary>The runtime needs some seconds until it runs optimised code, more of them on a busy machine.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(5);
}
