using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushBridge.Connections;
using PushBridge.Hosting;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Listeners;
using PushBridge.Hosting.Options;
using PushBridge.Server.CommandLine;
using PushBridge.Server.Daemon;
using PushBridge.Server.Pages;
using PushBridge.Server.Telemetry;

namespace PushBridge.Server;

/// <summary>The composition root: configuration, listeners, and what each port serves.</summary>
internal static class PushBridgeServer
{
    /// <summary>For what ends after the drain.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <param name="configurationFile">A file above appsettings.json and below the environment; null for none.</param>
    /// <param name="settings">What overrides appsettings.json and the environment: the command line.</param>
    /// <param name="configure">For tests.</param>
    public static WebApplication Create(
        string? configurationFile,
        IReadOnlyDictionary<string, string?> settings,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        // The content root is where the program is, so that it serves its pages from whatever directory it is started in.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        ConfigurationFile.AddTo(builder.Configuration, configurationFile);
        builder.Configuration.AddInMemoryCollection(settings);
        ConsoleLog.Add(builder.Logging);
        // Kestrel would keep a log scope for each idle connection, 200 bytes of what nobody prints.
        builder.Services.Configure<LoggerFilterOptions>(filter => filter.CaptureScopes = false);
        // What keeps the server from starting is said once, in one line, by the command; the host would add what it cancels then.
        StrongBox<bool> started = new();
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host",
            level => started.Value && level >= LogLevel.Critical
        );
        builder
            .Services.AddOptions<HostOptions>()
            .Configure<IOptions<DrainOptions>>(
                (host, drain) => host.ShutdownTimeout = ShutdownTimeout + drain.Value.Total
            );

        OtlpExport.Add(builder.Services);
        builder.AddPushBridge();
        builder.Services.Replace(ServiceDescriptor.Singleton<IRootKeys, MisplacedSettings>());
        builder.Services.AddSingleton<IValidateOptions<ServerOptions>, FrameworkRule>();
        PushBridgeListeners.Add(builder);
        DashboardPage.Add(builder.Services);
        builder.Services.AddOpenApi(ApiDocument.Configure);
        builder.Services.AddHostedService<PidFileOwner>();
        builder.Services.AddHostedService<Banner>();
        builder.Services.AddHostedService<ReadyNotice>();
        configure?.Invoke(builder);

        Validate(builder);
        WebApplication app = builder.Build();
        ConfigurationFile.Watch(
            builder.Configuration,
            app.Services.GetRequiredService<ListenerLog>()
        );
        app.Lifetime.ApplicationStarted.Register(() => started.Value = true);
        app.Use(ListenerLeave.SayAsync);
        app.MapWhen(
            context => Protocol(context) == ListenerProtocol.Clients,
            ClientsPort.Configure
        );
        app.MapWhen(context => Protocol(context) == ListenerProtocol.Http, HttpPort.Configure);
        return app;
    }

    /// <summary>
    /// Throws for all problems together. With services of its own, because the application's listeners, which are made before it
    /// validates, would throw for the first.
    /// </summary>
    private static void Validate(WebApplicationBuilder builder)
    {
        // As an instance, it outlives these services; the application still needs it, and that its files are read again when they change.
        IServiceCollection services = new ServiceCollection().Add(builder.Services);
        services.AddSingleton<IConfiguration>(builder.Configuration);
#pragma warning disable ASP0000 // Nothing but options is made of them.
        using ServiceProvider options = services.BuildServiceProvider();
#pragma warning restore ASP0000
        options.GetRequiredService<IStartupValidator>().Validate();
    }

    private static ListenerProtocol? Protocol(HttpContext context) =>
        context.Features.Get<ListenerFeature>()?.Protocol;
}
