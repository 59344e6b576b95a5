using Microsoft.Extensions.Options;

namespace PushBridge.Connections;

/// <summary>What every client connection needs from the server, resolved once so that a connection carries one reference.</summary>
internal sealed class ClientServices(
    ConnectionRegistry registry,
    AdmissionGate gate,
    CoarseClock clock,
    TimeProvider time,
    IOptions<ClientOptions> clients,
    IOptions<QueueOptions> queue,
    ServerMetrics metrics,
    ILogger<ClientConnection> logger
)
{
    public ConnectionRegistry Registry { get; } = registry;

    public AdmissionGate Gate { get; } = gate;

    public CoarseClock Clock { get; } = clock;

    public TimeProvider Time { get; } = time;

    public ClientOptions Options { get; } = clients.Value;

    public ServerMetrics Metrics { get; } = metrics;

    public ConnectionLog Log { get; } = new(logger);

    public int MaxQueueBytes { get; } = queue.Value.MaxBytes;

    public long MaxQueueAgeMs { get; } = (long)queue.Value.MaxAge.TotalMilliseconds;

    public long HelloTimeoutMs { get; } = (long)clients.Value.HelloTimeout.TotalMilliseconds;

    public long PingIntervalMs { get; } = (long)clients.Value.PingInterval.TotalMilliseconds;

    public long SilenceTimeoutMs { get; } = (long)clients.Value.SilenceTimeout.TotalMilliseconds;

    public long MessageTimeoutMs { get; } = (long)clients.Value.MessageTimeout.TotalMilliseconds;
}
