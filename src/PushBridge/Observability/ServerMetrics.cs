using System.Diagnostics.Metrics;
using System.Globalization;
using PushBridge.Connections;

namespace PushBridge.Observability;

/// <summary>
/// What the server counts, and the instruments of the meter <c>PushBridge</c> that show it. The counts are fields that instruments
/// read when somebody looks, so that counting costs the same whether anybody does. No uid ever becomes a tag.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "PushBridge";

    /// <summary>The closed set of outcomes (PROTOCOL.md section 1).</summary>
    private static readonly string[] Outcomes =
    [
        "ok",
        "bad_request",
        "unauthorized",
        "offline",
        "overloaded",
        "unavailable",
        "draining",
    ];
    private static readonly string[] Doors = ["text", "http", "embedded", "hub"];
    private static readonly string[] Kinds = ["raw", "hub"];
    private static readonly int[] Codes = [.. CloseReason.All.Select(reason => reason.Code)];

    private static readonly int[] Statuses = [400, 401, 403, 405, 426, 429, 503];

    /// <summary>Seconds: from what a push costs on an idle machine to what makes a slow consumer.</summary>
    private static readonly double[] LatencyBounds =
    [
        0.000_05,
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
        1,
    ];

    private readonly Tally unterminatedLines = new();
    private readonly Tally repliesDropped = new();
    private readonly Tally foreignProtocols = new();
    private readonly Tally idsForgotten = new();
    private readonly Histogram<double> pushToWrite;

    public ServerMetrics(IMeterFactory factory)
    {
        Meter = factory.Create(MeterName);
        Observe(Commands, "commands", "Commands of backends, by door and outcome");
        Observe(Messages, "messages", "Messages that at least one connection took");
        Observe(
            Deliveries,
            "deliveries",
            "Messages taken into outbound queues, one per connection"
        );
        Observe(Closes, "closes", "Client connections the server ended, by kind and code");
        Observe(
            SlowConsumers,
            "slow_consumers",
            "Clients cut because their outbound queue was full or too old"
        );
        Observe(
            Refusals,
            "refused",
            "Client connections refused before they began, by HTTP status"
        );
        Observe(
            unterminatedLines,
            "text.unterminated_lines",
            "Lines that ended without a newline and were dropped"
        );
        Observe(
            repliesDropped,
            "text.replies_dropped",
            "Backend connections whose replies are no longer written because they were not read"
        );
        Observe(
            foreignProtocols,
            "text.foreign_protocols",
            "Connections to the text port that spoke HTTP, TLS or another protocol"
        );
        Observe(
            idsForgotten,
            "ids_forgotten",
            "Command ids forgotten before their five minutes were over, for lack of room"
        );
        Observe(Limits, "limits", "Clients and backends that ran into a limit, by its name");
        pushToWrite = Meter.CreateHistogram(
            "pushbridge.push_to_write",
            "s",
            "From reading commands off the text port to having written their messages to the clients; one read in 64 is measured",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyBounds }
        );
    }

    public Meter Meter { get; }

    /// <summary>Rows are <see cref="Door"/>s, columns outcomes.</summary>
    public CounterTable Commands { get; } = new("door", Doors, "outcome", Outcomes);

    /// <summary>Deliveries divided by messages is the fan-out.</summary>
    public Tally Messages { get; } = new();

    public Tally Deliveries { get; } = new();

    /// <summary>Rows are <see cref="ConnectionKind"/>s, columns close codes.</summary>
    public CounterTable Closes { get; } = new("kind", Kinds, "code", NamesOf(Codes));

    /// <summary>One row, columns are HTTP statuses.</summary>
    public CounterTable Refusals { get; } = new("status", NamesOf(Statuses));

    /// <summary>One row, columns are the names of limits.</summary>
    public CounterTable Limits { get; } = new("limit", Limit.Names);

    public Tally SlowConsumers { get; } = new();

    /// <summary>The column of an outcome, by its name on the wire.</summary>
    public static int ColumnOf(string outcome)
    {
        int column = Array.IndexOf(Outcomes, outcome);
        return column >= 0
            ? column
            : throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No such outcome.");
    }

    public RecentCloses RecentCloses { get; } = new();

    public void Delivered(long messages, long deliveries)
    {
        Messages.Add(messages);
        Deliveries.Add(deliveries);
    }

    public void PushToWrite(TimeSpan elapsed) => pushToWrite.Record(elapsed.TotalSeconds);

    public static string NameOf(ConnectionKind kind) => Kinds[(int)kind];

    /// <summary>Counts a connection that the server ends, and remembers it for a while where it had a uid.</summary>
    /// <param name="at">In milliseconds of the <see cref="CoarseClock"/>.</param>
    public void Closed(ConnectionKind kind, CloseReason reason, string? uid, long at)
    {
        if (uid is not null)
        {
            RecentCloses.Add(new RecentClose(uid, kind, reason, at));
        }
        Closes.Add((int)kind, ColumnOf(Codes, reason.Code));
        if (reason == CloseReason.SlowConsumer)
        {
            SlowConsumers.Add();
        }
        if (reason.Limit is { } limit)
        {
            Limited(limit);
        }
    }

    public void Refused(int status) => Refusals.Add(0, ColumnOf(Statuses, status));

    public void UnterminatedLine() => unterminatedLines.Add();

    public void RepliesDropped() => repliesDropped.Add();

    public void ForeignProtocol() => foreignProtocols.Add();

    public void IdForgotten() => idsForgotten.Add();

    /// <param name="limit">One of <see cref="Limit"/>.</param>
    public void Limited(string limit) => Limits.Add(0, Array.IndexOf(Limit.Names, limit));

    public void Dispose() => Meter.Dispose();

    private void Observe(Tally tally, string name, string description) =>
        Meter.CreateObservableCounter(
            $"pushbridge.{name}",
            () => tally.Value,
            unit: null,
            description
        );

    private void Observe(CounterTable table, string name, string description) =>
        Meter.CreateObservableCounter($"pushbridge.{name}", table.Read, unit: null, description);

    /// <summary>The numbers as label values, behind one that stands for any other.</summary>
    private static string[] NamesOf(int[] numbers) =>
        ["other", .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))];

    private static int ColumnOf(int[] numbers, int number) => Array.IndexOf(numbers, number) + 1;
}
