using System.Diagnostics.Metrics;

namespace PushBridge.Backplane;

/// <summary>What goes on between the nodes, on the server's meter.</summary>
internal sealed class BackplaneMetrics
{
    private static readonly double[] LatencyBounds =
    [
        0.000_1,
        0.000_25,
        0.000_5,
        0.001,
        0.002_5,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        1,
    ];

    private readonly Meter meter;
    private readonly Histogram<double> latency;

    public BackplaneMetrics(ServerMetrics metrics)
    {
        meter = metrics.Meter;
        Observe(Published, "published", "Commands sent to other nodes");
        Observe(Unsent, "unsent", "Commands that could not be sent to other nodes");
        Observe(Received, "received", "Commands of other nodes that were executed here");
        Observe(Foreign, "foreign", "Messages on our channels that are none of ours");
        Observe(
            Overflowed,
            "overflowed",
            "Commands of other nodes that were dropped because this node did not keep up"
        );
        Observe(Unanswered, "unanswered", "Commands that some node did not answer in time");
        Observe(Connects, "connects", "Times this node has connected to the broker");
        latency = meter.CreateHistogram(
            "pushbridge.backplane.latency",
            "s",
            "From publishing to hearing it back, measured once a second",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyBounds }
        );
    }

    public Tally Published { get; } = new();

    public Tally Unsent { get; } = new();

    public Tally Received { get; } = new();

    public Tally Foreign { get; } = new();

    public Tally Overflowed { get; } = new();

    public Tally Unanswered { get; } = new();

    public Tally Connects { get; } = new();

    public void Latency(TimeSpan elapsed) => latency.Record(elapsed.TotalSeconds);

    /// <summary>A value to be asked for when somebody looks.</summary>
    public void Gauge(string name, Func<int> value, string description) =>
        meter.CreateObservableGauge($"pushbridge.backplane.{name}", value, unit: null, description);

    private void Observe(Tally tally, string name, string description) =>
        meter.CreateObservableCounter(
            $"pushbridge.backplane.{name}",
            () => tally.Value,
            unit: null,
            description
        );
}
