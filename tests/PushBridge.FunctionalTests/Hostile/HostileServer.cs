using System.Collections.Concurrent;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>
/// One server under all rows, so that a row that hurts others is seen, and the healthy control connection beside them; when
/// the rows are over, the control connection must have noticed none of them. Rows run many at a time.
/// </summary>
public sealed class HostileServer : IAsyncLifetime
{
    private const int AtOnce = 12;

    private readonly ConcurrentDictionary<string, Task> runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim places = new(AtOnce);
    private readonly ConcurrentQueue<Exception> unobserved = new();
    private PushBridgeServer? server;
    private ControlConnection? control;
    private int rows;

    /// <summary>The longest line, in bytes.</summary>
    internal const int MaxLine = 256 * 1024;

    public async ValueTask InitializeAsync()
    {
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        server = await PushBridgeServer.StartAsync(
            $"Text:MaxLineBytes={MaxLine}",
            "Clients:HelloTimeout=00:00:03",
            "Clients:MessageTimeout=00:00:01",
            "Clients:AllowedOrigins:0=https://app.example"
        );
        control = await ControlConnection.StartAsync(server.Clients, server.Text);
    }

    /// <summary>The outcome of one row; the first call of a list starts all its rows.</summary>
    internal Task HoldsAsync(IReadOnlyList<HostileRow> all, string name)
    {
        foreach (HostileRow row in all)
        {
            _ = runs.GetOrAdd(
                $"{row.Port} {row.Name}",
                static (_, r) => r.Server.RunAsync(r.Row),
                (Server: this, Row: row)
            );
        }

        HostileRow wanted = all.Single(row => row.Name == name);
        return runs[$"{wanted.Port} {wanted.Name}"];
    }

    public async ValueTask DisposeAsync()
    {
        if (control is not null)
        {
            await control.VerifyAsync();
            await control.DisposeAsync();
        }

        if (server is not null)
        {
            await server.DisposeAsync();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        unobserved.Should().BeEmpty("every task of the server has somebody who awaits it");
        places.Dispose();
    }

    private async Task RunAsync(HostileRow row)
    {
        await places.WaitAsync();
        try
        {
            string uid = $"hostile-{Interlocked.Increment(ref rows):D4}";
            await using RowPeer peer = new(server!, uid, row.Port);
            await peer.RunAsync(row.Steps);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Other tests run in this process too, and theirs do not count.</summary>
    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        if (
            !e.Exception.ToString().Contains("PushBridge.FunctionalTests", StringComparison.Ordinal)
        )
        {
            unobserved.Enqueue(e.Exception);
        }
    }
}

[CollectionDefinition(nameof(HostileServer))]
public sealed class HostileServerGroup : ICollectionFixture<HostileServer>;
