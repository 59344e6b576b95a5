using Microsoft.Extensions.Options;
using PushBridge.Backends.Text;

namespace PushBridge.Hosting.Listeners;

/// <summary>Opens the configured listeners with the server, and ends the backends with it. The web server ends the other connections by itself.</summary>
internal sealed class ListenerHost(
    ListenerPlans plans,
    IOptions<ServerOptions> server,
    ListenerTable table,
    TextListeners text
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        table.OpenAllAsync(plans.All(server.Value));

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await table.StopAcceptingAsync(plan => true);
        await text.DismissAllAsync(cancellationToken);
    }
}
