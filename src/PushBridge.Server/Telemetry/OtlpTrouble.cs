using System.Diagnostics.Tracing;
using PushBridge.Observability;

namespace PushBridge.Server.Telemetry;

/// <summary>
/// Tells an operator that metrics or traces do not reach the collector, which the SDK only tells event listeners. By the name of the
/// event alone: its arguments have addresses and may have what belongs into no log.
/// </summary>
/// <param name="logger">Where it is said.</param>
/// <param name="collectors">Where what is exported goes.</param>
/// <param name="time">The clock.</param>
internal sealed partial class OtlpTrouble(ILogger logger, string collectors, TimeProvider time)
    : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private readonly LogInterval interval = new(time);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (interval.IsDue())
        {
            Failed(collectors, eventData.EventName ?? "unknown");
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Metrics or traces could not be exported by OTLP to {Collectors} ({Event}); at most one such line in 10 s"
    )]
    private partial void Failed(string collectors, string @event);
}
