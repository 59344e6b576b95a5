using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Http;

/// <summary>A server and a program that talks to its HTTP port; the tests of a class share it and use uids of their own.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    internal PushBridgeServer Server { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await PushBridgeServer.StartAsync(
            "Text:MaxLineBytes=4096",
            "Clients:AllowedOrigins:0=https://app.example"
        );
        Http = new HttpClient { BaseAddress = Server.HttpUrl };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
