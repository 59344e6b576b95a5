using Microsoft.Extensions.Options;
using PushBridge.Backends.Text;
using PushBridge.Backplane;
using PushBridge.Connections;
using PushBridge.Hosting.Listeners;

namespace PushBridge.Hosting;

/// <summary>
/// The orderly end: nobody new comes in, backends get the answers to what they have sent, queued messages leave, and every
/// client is told that the server goes away. Without it Kestrel would hold raw WebSockets for 30 s and reset hub clients.
/// </summary>
internal sealed partial class Drain(
    AdmissionGate gate,
    IHostApplicationLifetime lifetime,
    ListenerTable listeners,
    TextListeners text,
    IBackplane backplane,
    ConnectionRegistry registry,
    IOptions<DrainOptions> options,
    ILogger<Drain> logger
) : IHostedLifecycleService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Hooks the drain in front of everything that ends on the stopping signal: such callbacks run in the reverse order of
    /// their registration, and SignalR's, which resets its connections, was registered before the server had started.
    /// </summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() => DrainAsync().GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task DrainAsync()
    {
        if (options.Value.Delay > TimeSpan.Zero)
        {
            Leaving((long)options.Value.Delay.TotalMilliseconds);
            gate.BeginLeave();
            await Task.Delay(options.Value.Delay, Ending.Time);
        }
        await listeners.HandOverAsync();
        gate.BeginDrain();
        Draining(registry.Total);
        long started = Ending.Time.GetTimestamp();
        await listeners.StopAcceptingAsync(plan => plan.Protocol == ListenerProtocol.Text);
        await text.DismissAllAsync(CancellationToken.None);
        // From now on other nodes do not miss this one. What they send to its clients still reaches them, until they are told to go.
        await backplane.LeaveAsync();
        await WithinAsync(
            options.Value.FlushTimeout,
            () => Task.WhenAll(registry.All.Select(connection => connection.WhenDrained()))
        );
        foreach (ClientConnection connection in registry.All)
        {
            connection.Close(CloseReason.GoingAway);
        }
        await WithinAsync(options.Value.CloseTimeout, WhenEmptyAsync);
        Drained((long)Ending.Time.GetElapsedTime(started).TotalMilliseconds, registry.Total);
    }

    private static async Task WithinAsync(TimeSpan limit, Func<Task> work)
    {
        try
        {
            await work().WaitAsync(limit, Ending.Time);
        }
        catch (TimeoutException)
        {
            // Slow clients do not hold the end up.
        }
    }

    private async Task WhenEmptyAsync()
    {
        long started = Ending.Time.GetTimestamp();
        while (
            registry.Total + gate.Serving > 0
            && Ending.Time.GetElapsedTime(started) < options.Value.CloseTimeout
        )
        {
            await Task.Delay(Poll, Ending.Time);
        }
    }

    [LoggerMessage(3, LogLevel.Information, "Not ready any more; draining in {Milliseconds} ms")]
    private partial void Leaving(long milliseconds);

    [LoggerMessage(1, LogLevel.Information, "Draining: {Connections} client connections")]
    private partial void Draining(int connections);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "Drained in {Milliseconds} ms; {Connections} client connections were left"
    )]
    private partial void Drained(long milliseconds, int connections);
}
