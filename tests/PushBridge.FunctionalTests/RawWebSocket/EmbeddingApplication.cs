using System.Net;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Rfc6455;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>
/// An application of somebody else's that embeds the library: plain Kestrel without our listeners, its own page at the path
/// that raw clients use. They come in through the HTTP upgrade.
/// </summary>
public sealed class EmbeddingApplication : IAsyncLifetime
{
    internal const string Page = "the application's own page";

    private readonly WebApplication app = Build();
    private TextBackend backend = null!;

    internal RowServer Rows { get; private set; } = null!;

    internal IServiceProvider Services => app.Services;

    internal Task<string> AskAsync(string line) => backend.AskAsync(line);

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync();
        backend = await TextBackend.ConnectAsync(
            IPEndPoint.Parse(app.Services.GetRequiredService<IPushListeners>().All.Single().Listen)
        );
        Rows = new(
            IPEndPoint.Parse(new Uri(app.Urls.Single()).Authority),
            (_, line) => backend.PushAsync(line)
        )
        {
            AnswersClose = true,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await backend.DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["PushBridge:Text:Listen"] = "127.0.0.1:0";
        builder.Configuration["PushBridge:Clients:AllowedOrigins:0"] = OpenServer.AllowedOrigin;
        // Which names it goes by is the application's own affair until it says so.
        builder.Configuration["PushBridge:Clients:AllowedHosts:0"] = "localhost";
        builder.Configuration["PushBridge:Clients:AllowedHosts:1"] = "127.0.0.1";
        builder.Configuration["PushBridge:Clients:AllowedHosts:2"] = "[::1]";
        builder.AddPushBridge();
        var built = builder.Build();
        built.MapPushBridge();
        built.MapGet("/", () => Page);
        return built;
    }
}
