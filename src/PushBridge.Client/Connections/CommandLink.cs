using System.Diagnostics.CodeAnalysis;

namespace PushBridge.Client.Connections;

/// <summary>
/// Carries commands to the server for as long as the client lives: waits until there is one, connects, serves, and begins again when
/// the connection is lost. Between connections it holds nothing.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The token source has no timer and nothing to release, and is used until the last caller is told."
)]
internal sealed class CommandLink
{
    private readonly CommandQueue queue;
    private readonly WakeUp wake = new();
    private readonly ServerConnector connector;
    private readonly PushClientOptions options;
    private readonly PushClientLog log;
    private readonly CancellationTokenSource closing = new();
    private readonly Task running;
    private volatile ServerConnection? current;

    public CommandLink(ServerAddress address, PushClientOptions options, PushClientLog log)
    {
        this.options = options;
        this.log = log;
        queue = new CommandQueue(
            options.MaxInFlightCommands,
            options.MaxInFlightBytes,
            options.MaxAttempts
        );
        connector = new ServerConnector(address, options);
        running = Task.Run(RunAsync);
    }

    /// <summary>False when the client is disposed; the command is then still the caller's.</summary>
    public bool TryAdd(PendingCommand command)
    {
        bool added = queue.TryAdd(command);
        wake.Signal();
        return added;
    }

    /// <summary>Takes no more commands, finishes those it has over the connection it has, and waits for that.</summary>
    public async Task FinishAsync()
    {
        queue.Close();
        await closing.CancelAsync();
        current?.Finish();
        wake.Signal();
        Task limit = Task.Delay(options.ResponseTimeout, options.TimeProvider);
        if (await Task.WhenAny(running, limit) == limit)
        {
            Abort();
        }
        await running;
    }

    /// <summary>Takes no more commands and ends at once; every caller is told.</summary>
    public void Abort()
    {
        queue.Close();
        closing.Cancel();
        current?.Abort(Disposed());
        wake.Signal();
    }

    private async Task RunAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            if (!queue.HasWaiting)
            {
                await wake.WaitAsync();
            }
            else if (await ConnectAsync() is { } link)
            {
                await ServeAsync(link);
            }
        }
        queue.GiveUp(Disposed());
    }

    private async Task<ServerLink?> ConnectAsync()
    {
        try
        {
            ServerLink link = await connector.ConnectAsync(closing.Token);
            log.Connected();
            return link;
        }
        catch (Exception exception)
        {
            // Whatever the user's pipeline gives up with, the callers must hear of it; one log line for all of them.
            if (!closing.IsCancellationRequested)
            {
                log.CannotConnect(exception.Message);
                queue.GiveUp(exception);
            }
            return null;
        }
    }

    private async Task ServeAsync(ServerLink link)
    {
        using ServerLink owned = link;
        ServerConnection connection = new(link, queue, wake, options);
        current = connection;
        if (closing.IsCancellationRequested)
        {
            connection.Finish();
        }
        Exception? reason = await connection.RunAsync();
        current = null;
        if (!closing.IsCancellationRequested)
        {
            log.Lost(reason?.Message ?? "");
        }
    }

    private static ObjectDisposedException Disposed() => new(nameof(PushClient));
}
