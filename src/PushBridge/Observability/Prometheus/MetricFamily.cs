using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace PushBridge.Observability.Prometheus;

/// <summary>One instrument as Prometheus sees it: its name with unit and suffix, its type, and a value for each set of labels.</summary>
internal sealed class MetricFamily
{
    /// <summary>What the runtime declares to be counters and goes down, too: a rate of them would mean nothing.</summary>
    private static readonly FrozenSet<string> Levels = FrozenSet.ToFrozenSet(
        ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length"],
        StringComparer.Ordinal
    );

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, double> values = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Buckets> histograms = new(StringComparer.Ordinal);
    private readonly string? help;
    private readonly string type;
    private readonly bool isObservable;
    private readonly IReadOnlyList<double> bounds;

    public MetricFamily(Instrument instrument)
    {
        string kind = Levels.Contains(instrument.Name) ? "" : instrument.GetType().Name;
        isObservable = instrument.IsObservable;
        help = instrument.Description;
        type =
            kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal)
            || kind.StartsWith("ObservableCounter", StringComparison.Ordinal)
                ? "counter"
            : "gauge";
        bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
        Name = type switch
        {
            "counter" => NameOf(instrument) + "_total",
            // That ending is a histogram's.
            "gauge"
                when NameOf(instrument) is var name
                    && name.EndsWith("_count", StringComparison.Ordinal) => name[..^"_count".Length]
                + "_current",
            _ => NameOf(instrument),
        };
    }

    public string Name { get; }

    /// <summary>Before observable instruments are asked: what they say now is all there is.</summary>
    public void Restart()
    {
        if (isObservable)
        {
            lock (gate)
            {
                values.Clear();
            }
        }
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = PrometheusWriter.Labels(tags);
        lock (gate)
        {
            if (type == "histogram")
            {
                BucketsOf(labels).Record(value);
            }
            else
            {
                values[labels] = value + values.GetValueOrDefault(labels);
            }
        }
    }

    public void Write(PrometheusWriter writer)
    {
        lock (gate)
        {
            if (type == "histogram" && histograms.Count == 0)
            {
                BucketsOf("");
            }
            if (values.Count + histograms.Count == 0)
            {
                return;
            }
            writer.Family(Name, type, help);
            foreach ((string labels, double value) in values)
            {
                writer.Sample(Name, labels, value);
            }
            foreach ((string labels, Buckets buckets) in histograms)
            {
                buckets.Write(writer, Name, labels);
            }
        }
    }

    private Buckets BucketsOf(string labels)
    {
        if (!histograms.TryGetValue(labels, out Buckets? buckets))
        {
            histograms[labels] = buckets = new Buckets(bounds);
        }
        return buckets;
    }

    private static string NameOf(Instrument instrument)
    {
        string name = PrometheusWriter.Identifier(instrument.Name);
        string unit = instrument.Unit switch
        {
            "s" => "seconds",
            "By" => "bytes",
            _ => "",
        };
        return unit.Length == 0 || name.EndsWith(unit, StringComparison.Ordinal)
            ? name
            : $"{name}_{unit}";
    }

    /// <summary>How many measurements were at most each bound.</summary>
    private sealed class Buckets(IReadOnlyList<double> bounds)
    {
        private readonly long[] counts = new long[bounds.Count];
        private long count;
        private double sum;

        public void Record(double value)
        {
            count++;
            sum += value;
            for (int i = bounds.Count - 1; i >= 0 && value <= bounds[i]; i--)
            {
                counts[i]++;
            }
        }

        public void Write(PrometheusWriter writer, string name, string labels)
        {
            for (int i = 0; i < bounds.Count; i++)
            {
                Bucket(PrometheusWriter.Number(bounds[i]), counts[i]);
            }
            Bucket("+Inf", count);
            writer.Sample($"{name}_sum", labels, sum);
            writer.Sample($"{name}_count", labels, count);

            void Bucket(string bound, long below) =>
                writer.Sample($"{name}_bucket", PrometheusWriter.With(labels, "le", bound), below);
        }
    }
}
