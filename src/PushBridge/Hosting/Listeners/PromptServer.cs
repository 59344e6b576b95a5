using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// A web server that ends soon. When it is stopped clients have been told, and backends answered; what is left is requests under way, which get a moment, and peers
/// that have begun something and say no more. For those the web server would wait as long as the host lets it.
/// </summary>
internal sealed class PromptServer(IServer server) : IServer
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(
        IHttpApplication<TContext> application,
        CancellationToken cancellationToken
    )
        where TContext : notnull => server.StartAsync(application, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken
        );
        limit.CancelAfter(Limit);
        await server.StopAsync(limit.Token);
    }

    public void Dispose() => server.Dispose();
}
