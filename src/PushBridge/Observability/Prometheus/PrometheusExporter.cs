using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace PushBridge.Observability.Prometheus;

/// <summary>
/// What <c>/metrics</c> answers: this server's meter and the runtime's own, which has memory, processor time and garbage collection. Listens from
/// the start, as histograms must be; everything else is asked when somebody looks.
/// </summary>
internal sealed class PrometheusExporter : IHostedService, IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    private readonly Lock gate = new();
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> families = new();

    /// <param name="factory">Only its meters count: several servers may live in one process.</param>
    public PrometheusExporter(IMeterFactory factory)
    {
        listener.InstrumentPublished = (instrument, _) =>
        {
            bool isOurs =
                instrument.Meter.Name == ServerMetrics.MeterName
                && instrument.Meter.Scope == factory;
            if (isOurs || instrument.Meter.Name == RuntimeMeter)
            {
                listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, to) => Record(to, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, to) => Record(to, value, tags));
        listener.SetMeasurementEventCallback<double>(
            (_, value, tags, to) => Record(to, value, tags)
        );
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Everything as of now, in Prometheus' text format.</summary>
    public string Collect()
    {
        // One at a time: an observable instrument's values are put together while it is asked.
        lock (gate)
        {
            foreach (MetricFamily family in families.Values)
            {
                family.Restart();
            }
            listener.RecordObservableInstruments();
            PrometheusWriter writer = new();
            foreach (
                MetricFamily family in families.Values.OrderBy(
                    family => family.Name,
                    StringComparer.Ordinal
                )
            )
            {
                family.Write(writer);
            }
            return writer.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private MetricFamily FamilyOf(Instrument instrument) =>
        families.GetOrAdd(instrument, static created => new MetricFamily(created));

    private static void Record(
        object? family,
        double value,
        ReadOnlySpan<KeyValuePair<string, object?>> tags
    ) => ((MetricFamily)family!).Record(value, tags);
}
