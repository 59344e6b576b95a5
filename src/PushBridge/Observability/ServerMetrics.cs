using System.Diagnostics.Metrics;
using PushBridge.Connections;

namespace PushBridge.Observability;

/// <summary>The server's instruments on the meter <c>PushBridge</c>. No uid ever becomes a tag.</summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "PushBridge";

    private readonly Meter meter;
    private readonly Counter<long> closed;
    private readonly Counter<long> slowConsumers;
    private readonly Counter<long> refused;
    private readonly Counter<long> unterminatedLines;
    private readonly Counter<long> repliesDropped;
    private readonly Counter<long> foreignProtocols;
    private readonly Counter<long> idsForgotten;
    private readonly Counter<long> limits;

    public ServerMetrics(IMeterFactory factory)
    {
        meter = factory.Create(MeterName);
        closed = meter.CreateCounter<long>(
            "pushbridge.closes",
            description: "Client connections the server ended, by kind and code"
        );
        slowConsumers = meter.CreateCounter<long>(
            "pushbridge.slow_consumers",
            description: "Clients cut because their outbound queue was full or too old"
        );
        refused = meter.CreateCounter<long>(
            "pushbridge.refused",
            description: "Client connections refused before they began, by HTTP status"
        );
        unterminatedLines = meter.CreateCounter<long>(
            "pushbridge.text.unterminated_lines",
            description: "Lines that ended without a newline and were dropped"
        );
        repliesDropped = meter.CreateCounter<long>(
            "pushbridge.text.replies_dropped",
            description: "Backend connections whose replies are no longer written because they were not read"
        );
        foreignProtocols = meter.CreateCounter<long>(
            "pushbridge.text.foreign_protocols",
            description: "Connections to the text port that spoke HTTP, TLS or another protocol"
        );
        idsForgotten = meter.CreateCounter<long>(
            "pushbridge.ids_forgotten",
            description: "Command ids forgotten before their five minutes were over, for lack of room"
        );
        limits = meter.CreateCounter<long>(
            "pushbridge.limits",
            description: "Clients and backends that ran into a limit, by its name"
        );
    }

    public void Closed(ConnectionKind kind, CloseReason reason)
    {
        closed.Add(
            1,
            new KeyValuePair<string, object?>("kind", kind == ConnectionKind.Raw ? "raw" : "hub"),
            new KeyValuePair<string, object?>("code", reason.Code)
        );
        if (reason == CloseReason.SlowConsumer)
        {
            slowConsumers.Add(1);
        }
        if (reason.Limit is { } limit)
        {
            Limited(limit);
        }
    }

    public void Refused(int status) =>
        refused.Add(1, new KeyValuePair<string, object?>("status", status));

    public void UnterminatedLine() => unterminatedLines.Add(1);

    public void RepliesDropped() => repliesDropped.Add(1);

    public void ForeignProtocol() => foreignProtocols.Add(1);

    public void IdForgotten() => idsForgotten.Add(1);

    /// <param name="limit">One of <see cref="Limit"/>.</param>
    public void Limited(string limit) =>
        limits.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public void Dispose() => meter.Dispose();
}
