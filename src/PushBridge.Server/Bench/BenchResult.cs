namespace PushBridge.Server.Bench;

/// <summary>What a self-test has measured. Server and clients were one process, on one machine.</summary>
/// <param name="Clients">How many were connected.</param>
/// <param name="ConnectSeconds">What connecting them all took.</param>
/// <param name="BytesPerConnection">Managed memory for each while idle, of both ends.</param>
/// <param name="Latencies">From writing a push to its arrival at the client, in milliseconds, ascending.</param>
/// <param name="Pushes">How many were sent at full speed; all of them arrived.</param>
/// <param name="PushSeconds">From the first one's being written to the last one's arrival.</param>
internal sealed record BenchResult(
    int Clients,
    double ConnectSeconds,
    double BytesPerConnection,
    double[] Latencies,
    long Pushes,
    double PushSeconds
)
{
    public double PushesPerSecond => Pushes / PushSeconds;

    /// <summary>The latency that this part of all pushes does not exceed.</summary>
    public double Percentile(double part) =>
        Latencies[
            Math.Clamp((int)Math.Ceiling(Latencies.Length * part) - 1, 0, Latencies.Length - 1)
        ];
}
