using PushBridge.Connections;

namespace PushBridge.Operators;

/// <summary>
/// Remembers the last five minutes, a row each second, so that who opens the dashboard sees what led here. Three hundred rows of
/// a few numbers, whether anybody looks or not.
/// </summary>
internal sealed class StatsRecorder(
    ServerMetrics metrics,
    ConnectionMetrics connections,
    ConnectionRegistry registry,
    TimeProvider time
) : BackgroundService
{
    private const int Seconds = 300;
    private const string Ok = "ok";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly string[] Columns =
    [
        "at",
        "raw",
        "hub",
        "queueBytes",
        "messages",
        "deliveries",
        "ok",
        "failed",
        "slowConsumers",
    ];

    private readonly Lock gate = new();
    private readonly Queue<long[]> rows = new(Seconds);

    public StatsHistory Read()
    {
        lock (gate)
        {
            return new StatsHistory(Columns, [.. rows]);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            do
            {
                Record();
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Record()
    {
        (long ok, long failed) = Commands();
        long[] row =
        [
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            registry.TotalOf(ConnectionKind.Raw),
            registry.TotalOf(ConnectionKind.Hub),
            connections.QueuedBytes,
            metrics.Messages.Value,
            metrics.Deliveries.Value,
            ok,
            failed,
            metrics.SlowConsumers.Value,
        ];
        lock (gate)
        {
            if (rows.Count == Seconds)
            {
                rows.Dequeue();
            }
            rows.Enqueue(row);
        }
    }

    private (long Ok, long Failed) Commands()
    {
        long ok = 0;
        long failed = 0;
        CounterTable commands = metrics.Commands;
        for (int door = 0; door < commands.Rows.Count; door++)
        {
            for (int outcome = 0; outcome < commands.Columns.Count; outcome++)
            {
                ref long sum = ref commands.Columns[outcome] == Ok ? ref ok : ref failed;
                sum += commands[door, outcome];
            }
        }
        return (ok, failed);
    }
}
