using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Hosting;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.Daemon;

/// <summary>
/// Has the pid file while this server runs, where one is configured: before anything listens, so that a second server does not even begin, and with the
/// addresses once it has started.
/// </summary>
internal sealed class PidFileOwner(
    IOptions<DaemonOptions> options,
    PushBridgeListeners listeners,
    TimeProvider time
) : IHostedLifecycleService, IAsyncDisposable
{
    private readonly PidFile? file = string.IsNullOrEmpty(options.Value.PidFile)
        ? null
        : new PidFile(Path.GetFullPath(options.Value.PidFile), time);

    private ServerRecord? own;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (file is not null)
        {
            ServerRecord record = ServerRecord.OfThisProcess();
            await file.WriteAsync(record);
            own = record;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (file is not null && own is not null)
        {
            own = own with
            {
                Clients = $"{listeners.ClientsScheme}://{listeners.Clients}",
                Text = listeners.Text is IPEndPoint text
                    ? $"{listeners.TextScheme}://{text}"
                    : $"unix:{listeners.Text}",
                Http = $"{listeners.HttpScheme}://{listeners.Http}",
            };
            await file.WriteAsync(own);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (file is not null && own is not null)
        {
            await file.RemoveAsync(own);
            own = null;
        }
    }
}
