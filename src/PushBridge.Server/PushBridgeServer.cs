using PushBridge.Hosting;
using PushBridge.Server.Pages;

namespace PushBridge.Server;

/// <summary>The composition root: configuration, listeners, and what each port serves.</summary>
internal static class PushBridgeServer
{
    /// <param name="settings">What overrides appsettings.json and the environment: the command line.</param>
    /// <param name="configure">For tests.</param>
    public static WebApplication Create(
        IReadOnlyDictionary<string, string?> settings,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        // The content root is where the program is, so that it serves its pages from whatever directory it is started in.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // Kestrel would keep a log scope for each idle connection, 200 bytes of what nobody prints.
        builder.Services.Configure<LoggerFilterOptions>(filter => filter.CaptureScopes = false);
        // What keeps the server from starting is said once, in one line, by the command.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(10)
        );

        builder.AddPushBridge();
        PushBridgeListeners.Add(builder);
        builder.Services.AddOpenApi(ApiDocument.Configure);
        builder.Services.AddHostedService<Banner>();
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.MapWhen(context => Role(context) == ListenerRole.Clients, ClientsPort.Configure);
        app.MapWhen(context => Role(context) == ListenerRole.Http, HttpPort.Configure);
        return app;
    }

    private static ListenerRole? Role(HttpContext context) =>
        context.Features.Get<ListenerFeature>()?.Role;
}
