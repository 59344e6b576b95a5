namespace PushBridge.Connections;

/// <summary>
/// One timer for all deadlines of all connections: hello, ping, silence, unfinished messages, messages that wait too long.
/// Runs for the life of the host; an exception in one connection ends that connection only.
/// </summary>
internal sealed class Heartbeat(
    ConnectionRegistry registry,
    CoarseClock clock,
    TimeProvider time,
    ConnectionMetrics metrics,
    ILogger<ClientConnection> logger
) : BackgroundService
{
    public const int BeatsPerSecond = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1) / BeatsPerSecond;

    private readonly ConnectionLog log = new(logger);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Beat();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops: the drain has closed every connection by now.
        }
    }

    internal void Beat()
    {
        long now = clock.Advance();
        Message ping = Message.Control(Opcode.Ping, [], now);
        long queued = 0;
        foreach (ClientConnection connection in registry.All)
        {
            try
            {
                queued += connection.QueuedBytes;
                connection.OnHeartbeat(now, ping);
            }
            catch (Exception exception)
            {
                End(connection, exception);
            }
        }
        metrics.SampleQueues(queued);
    }

    /// <summary>One that is broken may not even be able to close; the beat goes on all the same.</summary>
    private void End(ClientConnection connection, Exception exception)
    {
        log.Failed(exception, connection.Id);
        try
        {
            connection.Close(CloseReason.GoingAway);
        }
        catch (Exception another)
        {
            log.Failed(another, connection.Id);
        }
    }
}
