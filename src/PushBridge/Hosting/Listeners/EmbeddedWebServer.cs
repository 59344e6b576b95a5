using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// The web server of our listeners in an application that embeds us. The application's own would give up the addresses that it was started with as soon as
/// it had a listener of ours. Starts with the first listener that needs it: an application without any has no second server.
/// </summary>
/// <remarks>Not safe for several callers at once.</remarks>
internal sealed class EmbeddedWebServer(IServiceProvider services, ILoggerFactory loggers)
    : IDisposable
{
    private PromptServer? server;

    /// <summary>Whether the application is a web application; without one there is nothing to serve requests with.</summary>
    public bool IsPossible => services.GetService<IHttpContextFactory>() is not null;

    /// <summary>Completes when it serves the listeners' ports; at once when it does already.</summary>
    /// <exception cref="ListenException">The application has been set up without what Kestrel needs.</exception>
    public async Task StartAsync(WebListeners listeners)
    {
        if (server is not null)
        {
            return;
        }
        PromptServer starting = new(NewKestrel(listeners));
        await starting.StartAsync(
            new Application(
                EmbeddedPorts.Build(services),
                services.GetRequiredService<IHttpContextFactory>()
            ),
            CancellationToken.None
        );
        server = starting;
    }

    /// <summary>Answers the requests that are under way, and ends all connections.</summary>
    public Task StopAsync(CancellationToken cancellation) =>
        server?.StopAsync(cancellation) ?? Task.CompletedTask;

    public void Dispose() => server?.Dispose();

    private KestrelServer NewKestrel(WebListeners listeners)
    {
        KestrelServerOptions options = new() { ApplicationServices = services };
        try
        {
            listeners.AddTo(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new ListenException(
                "Listeners for clients and HTTP need Kestrel's services; add builder.WebHost.UseKestrelCore() before another server",
                ListenerFailure.NotServed,
                exception
            );
        }
        return new KestrelServer(
            Microsoft.Extensions.Options.Options.Create(options),
            listeners,
            loggers
        );
    }

    private sealed class Application(RequestDelegate pipeline, IHttpContextFactory contexts)
        : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
            contexts.Create(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => pipeline(context);

        public void DisposeContext(HttpContext context, Exception? exception) =>
            contexts.Dispose(context);
    }
}
