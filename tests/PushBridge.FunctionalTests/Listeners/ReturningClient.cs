using System.Net.WebSockets;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Listeners;

/// <summary>A client that comes back at once, whenever its connection ends.</summary>
internal sealed class ReturningClient : IAsyncDisposable
{
    private readonly CancellationTokenSource done = new();
    private readonly Lock gate = new();
    private readonly List<int> closes = [];
    private readonly Task running;
    private RawClient? connection;
    private int connects;
    private int refusals;

    public ReturningClient(Uri clientsUrl) => running = RunAsync(clientsUrl);

    /// <summary>The codes its connections ended with.</summary>
    public IReadOnlyList<int> Closes
    {
        get
        {
            lock (gate)
            {
                return [.. closes];
            }
        }
    }

    /// <summary>How often it was not let in.</summary>
    public int Refusals => Volatile.Read(ref refusals);

    public Task ConnectedAsync(int times) =>
        PushBridgeServer.EventuallyAsync(
            () => Volatile.Read(ref connects) >= times,
            $"the client to connect {times} times"
        );

    public async ValueTask DisposeAsync()
    {
        await done.CancelAsync();
        if (connection is { } open)
        {
            await open.DisposeAsync();
        }
        await running;
        done.Dispose();
    }

    private async Task RunAsync(Uri clientsUrl)
    {
        while (!done.IsCancellationRequested)
        {
            try
            {
                connection = await RawClient.ConnectAsync(clientsUrl, "uid1");
                Interlocked.Increment(ref connects);
                int code = await connection.EndedAsync();
                lock (gate)
                {
                    closes.Add(code);
                }
                await connection.DisposeAsync();
            }
            catch (WebSocketException)
            {
                Interlocked.Increment(ref refusals);
            }
        }
    }
}
