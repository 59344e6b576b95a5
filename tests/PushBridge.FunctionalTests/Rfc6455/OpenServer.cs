using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>One server in open mode for all rows, with one foreign origin allowed.</summary>
public sealed class OpenServer : IAsyncLifetime
{
    internal const string AllowedOrigin = "https://app.example";

    private PushBridgeServer? server;
    private TextBackend? backend;

    internal RowServer Rows { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PushBridgeServer.StartAsync($"Clients:AllowedOrigins:0={AllowedOrigin}");
        backend = await TextBackend.ConnectAsync(server.Text);
        Rows = new(server.Clients, (_, line) => backend.PushAsync(line));
    }

    public async ValueTask DisposeAsync()
    {
        if (backend is not null)
        {
            await backend.DisposeAsync();
        }

        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}

[CollectionDefinition(nameof(OpenServer))]
public sealed class OpenServerGroup : ICollectionFixture<OpenServer>;
