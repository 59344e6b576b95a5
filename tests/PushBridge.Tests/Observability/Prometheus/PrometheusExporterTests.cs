using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using PushBridge.Observability;
using PushBridge.Observability.Prometheus;

namespace PushBridge.Tests.Observability.Prometheus;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection()
        .AddMetrics()
        .BuildServiceProvider();
    private readonly Meter meter;
    private readonly PrometheusExporter exporter;

    public PrometheusExporterTests()
    {
        IMeterFactory factory = services.GetRequiredService<IMeterFactory>();
        meter = factory.Create(ServerMetrics.MeterName);
        exporter = new PrometheusExporter(factory);
        _ = exporter.StartAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        exporter.Dispose();
        services.Dispose();
    }

    [Fact]
    public void Collect_ACounter_AddsUpAndEscapes()
    {
        Counter<long> counter = meter.CreateCounter<long>("pb.hits", "By", "a \\ b\nc");
        counter.Add(2, new KeyValuePair<string, object?>("of.what", "q\"\\\n"));
        counter.Add(3, new KeyValuePair<string, object?>("of.what", "q\"\\\n"));

        Ours()
            .Should()
            .Be(
                """
                # HELP pb_hits_bytes_total a \\ b\nc
                # TYPE pb_hits_bytes_total counter
                pb_hits_bytes_total{of_what="q\"\\\n"} 5

                """
            );
    }

    [Fact]
    public void Collect_AnObservable_SaysWhatItIsNow()
    {
        int value = 7;
        meter.CreateObservableUpDownCounter("pb.level", () => value);
        Ours();
        value = 4;

        Ours().Should().Be("# TYPE pb_level gauge\npb_level 4\n");
    }

    [Fact]
    public void Collect_AHistogram_IsCumulative()
    {
        Histogram<double> histogram = meter.CreateHistogram(
            "pb.took",
            "s",
            null,
            null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 1] }
        );
        foreach (double value in new[] { 0.0005, 0.001, 0.5, 2 })
        {
            histogram.Record(value);
        }

        Ours()
            .Should()
            .Be(
                """
                # TYPE pb_took_seconds histogram
                pb_took_seconds_bucket{le="0.001"} 2
                pb_took_seconds_bucket{le="1"} 3
                pb_took_seconds_bucket{le="+Inf"} 4
                pb_took_seconds_sum 2.5015
                pb_took_seconds_count 4

                """
            );
    }

    [Fact]
    public void Collect_AnotherServersMeter_IsLeftOut()
    {
        using ServiceProvider other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other
            .GetRequiredService<IMeterFactory>()
            .Create(ServerMetrics.MeterName)
            .CreateCounter<long>("pb.theirs")
            .Add(1);

        Ours().Should().BeEmpty();
    }

    /// <summary>Without what the runtime says of itself.</summary>
    private string Ours() =>
        string.Concat(
            exporter
                .Collect()
                .Split('\n')
                .Where(line => line.Contains("pb_", StringComparison.Ordinal))
                .Select(line => line + "\n")
        );
}
