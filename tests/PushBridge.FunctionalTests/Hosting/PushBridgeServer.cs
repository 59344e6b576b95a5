using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using PushBridge.Connections;
using PushBridge.Hosting;
using PushBridge.Hosting.Options;
using PushBridge.Observability;

namespace PushBridge.FunctionalTests.Hosting;

/// <summary>
/// The real server in this process, on free loopback ports. Disposing it stops it as SIGTERM would, and fails the test when
/// the server logged an error that the test did not expect.
/// </summary>
internal sealed class PushBridgeServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly WebApplication app;
    private readonly RecordingLoggerProvider logs;
    private readonly MeterListener meters = new();
    private readonly ConcurrentDictionary<string, long> counters = new(StringComparer.Ordinal);
    private bool stopped;

    private PushBridgeServer(WebApplication app, RecordingLoggerProvider logs)
    {
        this.app = app;
        this.logs = logs;
        IMeterFactory ours = app.Services.GetRequiredService<IMeterFactory>();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            // Tests run side by side in one process: only this server's instruments count.
            if (instrument.Meter.Name == ServerMetrics.MeterName && instrument.Meter.Scope == ours)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) =>
                counters.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value)
        );
        meters.Start();
    }

    public IPEndPoint Clients => Listeners.Clients;

    public IPEndPoint Text => (IPEndPoint)Listeners.Text;

    public IPEndPoint Http => Listeners.Http;

    public Uri ClientsUrl => new($"{Listeners.ClientsScheme}://{Clients}");

    public Uri HttpUrl => new($"{Listeners.HttpScheme}://{Http}");

    public IServiceProvider Services => app.Services;

    /// <summary>All log lines so far, each with its level, category and rendered message.</summary>
    public IReadOnlyCollection<LogLine> Logs => logs.Lines;

    /// <summary>Set by a test that provokes an error on purpose.</summary>
    public bool ErrorsAreExpected { get; set; }

    /// <summary>Opens a listener on a free port, and says where it is.</summary>
    public async Task<IPEndPoint> OpenListenerAsync(string name, ListenerProtocol protocol)
    {
        ListenerResult result = await Services
            .GetRequiredService<IPushListeners>()
            .OpenAsync(name, new ListenerOptions { Protocol = protocol, Listen = "127.0.0.1:0" });
        result.Ok.Should().BeTrue(result.Problem);
        return IPEndPoint.Parse(result.Listener!.Listen);
    }

    private PushBridgeListeners Listeners => app.Services.GetRequiredService<PushBridgeListeners>();

    /// <param name="settings">Keys below the section PushBridge, such as <c>Clients:HelloTimeout=00:00:01</c>.</param>
    public static Task<PushBridgeServer> StartAsync(params string[] settings) =>
        StartAsync(_ => { }, settings);

    /// <summary>Starts the server with another clock.</summary>
    public static Task<PushBridgeServer> StartAsync(TimeProvider time, params string[] settings) =>
        StartAsync(services => services.AddSingleton(time), settings);

    /// <summary>Starts the server with other services in place of its own.</summary>
    public static Task<PushBridgeServer> StartAsync(
        Action<IServiceCollection> replace,
        params string[] settings
    ) => StartAsync(replace, configurationFile: null, settings);

    /// <summary>Starts the server with a configuration file.</summary>
    public static Task<PushBridgeServer> StartWithFileAsync(
        string configurationFile,
        params string[] settings
    ) => StartAsync(_ => { }, configurationFile, settings);

    private static async Task<PushBridgeServer> StartAsync(
        Action<IServiceCollection> replace,
        string? configurationFile,
        string[] settings
    )
    {
        Dictionary<string, string?> values = new(StringComparer.OrdinalIgnoreCase)
        {
            ["PushBridge:Clients:Listen"] = "127.0.0.1:0",
            ["PushBridge:Text:Listen"] = "127.0.0.1:0",
            ["PushBridge:Http:Listen"] = "127.0.0.1:0",
        };
        foreach (string setting in settings)
        {
            string[] parts = setting.Split('=', 2);
            values[$"PushBridge:{parts[0]}"] = parts[1];
        }
        KnownSecrets.RegisterSettings(values.Select(setting => (setting.Key, setting.Value)));
        RecordingLoggerProvider recording = new();
        WebApplication application = global::PushBridge.Server.PushBridgeServer.Create(
            configurationFile,
            values,
            builder =>
            {
                builder.Services.AddSingleton(TextWriter.Null);
                replace(builder.Services);
                builder
                    .Logging.ClearProviders()
                    .SetMinimumLevel(LogLevel.Debug)
                    .AddFilter("Microsoft", LogLevel.Warning)
                    .AddProvider(recording);
            }
        );
        PushBridgeServer server = new(application, recording);
        await application.StartAsync();
        return server;
    }

    /// <summary>Waits until the registry has exactly that many connections of the uid.</summary>
    public Task WaitForUidAsync(string uid, int connections = 1) =>
        EventuallyAsync(
            () =>
                Services.GetRequiredService<ConnectionRegistry>().OfUid(uid).Length == connections,
            $"{connections} connections of {uid}"
        );

    /// <summary>The sum of a counter over all its tags; 0 when it never counted.</summary>
    public long Counter(string name)
    {
        lock (counters)
        {
            counters.Clear();
            meters.RecordObservableInstruments();
            return counters.GetValueOrDefault(name);
        }
    }

    /// <summary>Waits for something that the server does in its own time.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Deadline)
            {
                throw new TimeoutException($"Waited {Deadline.TotalSeconds} s for {what}.");
            }
            await Task.Delay(5);
        }
    }

    /// <summary>Stops the server in good order, as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        if (!stopped)
        {
            stopped = true;
            await app.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await app.DisposeAsync();
        meters.Dispose();
        KnownSecrets.ShouldNotBeIn(logs.Lines.Select(line => line.Message));
        if (!ErrorsAreExpected)
        {
            logs.Lines.Where(line => line.Level >= LogLevel.Error)
                .Should()
                .BeEmpty("the server must not log errors");
        }
    }
}
