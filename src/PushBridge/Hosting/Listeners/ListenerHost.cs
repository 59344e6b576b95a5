using Microsoft.Extensions.Options;
using PushBridge.Backends.Text;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// Opens the configured listeners when everything behind them has started: on a shared address connections come from that moment on, and would wait for the rest.
/// Ends the backends with the server, and what came by our own web server in an application that has another; that one ends its connections by itself.
/// </summary>
internal sealed class ListenerHost(
    ListenerPlans plans,
    IOptions<ServerOptions> server,
    IOptions<ClientOptions> clients,
    ListenerTable table,
    TextListeners text,
    EmbeddedWebServer embedded
) : IHostedLifecycleService, IAsyncDisposable
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) =>
        table.OpenAllAsync(plans.All(server.Value), hasBanner: clients.Value.HasOwnListener);

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await table.StopAcceptingAsync(plan => true);
        await text.DismissAllAsync(cancellationToken);
        await embedded.StopAsync(cancellationToken);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>An application that is disposed of without having been stopped, or that did not start, serves nobody any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await table.StopAcceptingAsync(plan => true);
        await text.DismissAllAsync(CancellationToken.None);
    }
}
