using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.Hosting.Options;

namespace PushBridge.FunctionalTests.Embedding;

/// <summary>What an application that embeds the server may do with itself: end in any way, have its own clock, logs and addresses.</summary>
public sealed class EmbeddingLifeTests
{
    private const string Ping = """{"$cmd":"ping"}""";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Silent_peers_do_not_hold_its_end_up()
    {
        RecordingLoggerProvider logs = new();
        await using WebApplication app = Build(builder => builder.Logging.AddProvider(logs));
        await app.StartAsync();
        using TcpClient clients = await SayAsync(app, ListenerProtocol.Clients, "");
        using TcpClient http = await SayAsync(
            app,
            ListenerProtocol.Http,
            "POST /api/push/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n1"
        );

        await app.StopAsync().WaitAsync(Soon);

        logs.Lines.Where(line => line.Level >= LogLevel.Error).Should().BeEmpty();
    }

    [Fact]
    public async Task Disposed_of_without_having_been_stopped_it_serves_nobody()
    {
        WebApplication app = Build();
        await app.StartAsync();
        IPushListeners listeners = app.Services.GetRequiredService<IPushListeners>();
        IPEndPoint text = IPEndPoint.Parse(listeners.All.Single().Listen);
        await using TextBackend backend = await TextBackend.ConnectAsync(text);
        (await backend.AskAsync(Ping)).Should().Be("ok");

        await app.DisposeAsync();

        (await backend.ReadToEndAsync()).Should().BeEmpty();
        await Ports.IsRefusedAsync(text);
        (await listeners.OpenAsync("late", Options(ListenerProtocol.Text)))
            .Failure.Should()
            .Be(ListenerFailure.Stopping);
    }

    [Fact]
    public async Task What_it_opened_before_its_start_failed_is_closed_again()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int free = Ports.Free();
        WebApplication app = Build(builder =>
        {
            builder.Configuration["PushBridge:Text:Listen"] = $"127.0.0.1:{free}";
            builder.Configuration["PushBridge:Listeners:x:Protocol"] = "text";
            builder.Configuration["PushBridge:Listeners:x:Listen"] = $"{taken.LocalEndpoint}";
        });

        Func<Task> start = () => app.StartAsync();

        await start.Should().ThrowAsync<IOException>();
        await Ports.IsRefusedAsync(new IPEndPoint(IPAddress.Loopback, free));
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Its_clock_may_stand_still()
    {
        await using WebApplication app = Build(builder =>
            builder.Services.AddSingleton<TimeProvider>(new FrozenTime())
        );
        await app.StartAsync();
        await using RawClient client = await RawClient.ConnectAsync(
            new Uri(app.Urls.Single()),
            "alice"
        );

        await app.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        (await client.Closed).Code.Should().Be(1001);
    }

    [Fact]
    public async Task A_listener_does_not_keep_the_request_that_opened_it()
    {
        ScopedLines logs = new();
        await using WebApplication app = Build(builder =>
        {
            builder.Logging.AddProvider(logs);
            builder.Configuration["PushBridge:Backends:Secrets:0"] = "a-secret-of-the-backends";
        });
        app.MapGet(
            "/open/{who}",
            async (IPushListeners listeners) =>
                (await listeners.OpenAsync("x", Options(ListenerProtocol.Text))).Listener!.Listen
        );
        await app.StartAsync();
        using HttpClient http = new() { BaseAddress = new Uri(app.Urls.Single()) };
        string listen = await http.GetStringAsync("/open/alice");

        await using TextBackend backend = await TextBackend.ConnectAsync(IPEndPoint.Parse(listen));
        await backend.AskAsync("""{"$cmd":"auth","secret":"a-wrong-secret-of-them"}""");

        await PushBridgeServer.EventuallyAsync(() => logs.Wrong is not null, "the log line");
        logs.Wrong.Should().Be("", "the scopes of another request are none of its");
        await app.StopAsync();
    }

    [Fact]
    public async Task A_name_that_was_taken_before_the_start_stays_taken()
    {
        await using WebApplication app = Build(builder =>
        {
            builder.Configuration["PushBridge:Listeners:b:Protocol"] = "text";
            builder.Configuration["PushBridge:Listeners:b:Listen"] = "127.0.0.1:0";
        });
        IPushListeners listeners = app.Services.GetRequiredService<IPushListeners>();
        (await listeners.OpenAsync("b", Options(ListenerProtocol.Http))).Ok.Should().BeTrue();

        await app.StartAsync();

        listeners
            .All.Select(listener => (listener.Name, listener.Protocol))
            .Should()
            .Equal(("text", ListenerProtocol.Text), ("b", ListenerProtocol.Http));
        await app.StopAsync();
    }

    [Fact]
    public async Task Secrets_were_read_at_the_start()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "a-secret-of-the-backends");
        await using WebApplication app = Build(builder =>
            builder.Configuration["PushBridge:Backends:SecretsFile"] = file
        );
        await app.StartAsync();
        File.Delete(file);

        ListenerResult result = await app
            .Services.GetRequiredService<IPushListeners>()
            .OpenAsync(
                "x",
                // An address that nobody has: it is looked at, and not listened on.
                new ListenerOptions { Protocol = ListenerProtocol.Text, Listen = "192.0.2.1:0" }
            );

        result.Failure.Should().Be(ListenerFailure.AddressUnavailable);
        await app.StopAsync();
    }

    [Fact]
    public async Task A_protocol_that_is_none_is_invalid_and_no_certificate_is_none()
    {
        await using WebApplication app = Build();
        await app.StartAsync();
        IPushListeners listeners = app.Services.GetRequiredService<IPushListeners>();

        (await listeners.OpenAsync("x", Options((ListenerProtocol)7)))
            .Failure.Should()
            .Be(ListenerFailure.Invalid);
        ListenerOptions bare = Options(ListenerProtocol.Http);
        bare.Certificate = null!;
        (await listeners.OpenAsync("x", bare)).Ok.Should().BeTrue();
        await app.StopAsync();
    }

    [Theory]
    [InlineData("http://192.0.2.1:80", "", 2)]
    [InlineData("http://*:80", "", 2)]
    [InlineData("http://127.0.0.1:80", "", 0)]
    [InlineData("http://192.0.2.1:80", "authorization", 1)]
    [InlineData("http://192.0.2.1:80", "secret", 1)]
    public async Task What_strangers_may_do_is_said(string address, string guard, int warnings)
    {
        RecordingLoggerProvider logs = new();
        await using WebApplication app = Build(builder =>
        {
            builder.Logging.AddProvider(logs);
            builder.Services.AddAuthorization();
            // As if it listened there: nothing in a test does.
            builder.Services.AddHostedService(provider => new Pretend(provider, address));
            if (guard == "secret")
            {
                builder.Configuration["PushBridge:Backends:Secrets:0"] = "a-secret-of-the-backends";
            }
        });
        RouteGroupBuilder api = app.MapPushBridgeApi("/internal");
        if (guard == "authorization")
        {
            api.RequireAuthorization();
        }
        await app.StartAsync();

        LogLine[] said =
        [
            .. logs.Lines.Where(line =>
                line.Category.EndsWith("OpenEndpointsWarning", StringComparison.Ordinal)
            ),
        ];
        said.Should().HaveCount(warnings);
        said.All(line => line.Message.Contains(address)).Should().BeTrue();
        await app.StopAsync();
    }

    private static WebApplication Build(Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["PushBridge:Text:Listen"] = "127.0.0.1:0";
        configure?.Invoke(builder);
        builder.AddPushBridge();
        WebApplication app = builder.Build();
        app.MapPushBridge();
        return app;
    }

    private static ListenerOptions Options(ListenerProtocol protocol) =>
        new() { Protocol = protocol, Listen = "127.0.0.1:0" };

    private static async Task<TcpClient> SayAsync(
        WebApplication app,
        ListenerProtocol protocol,
        string begun
    )
    {
        ListenerResult opened = await app
            .Services.GetRequiredService<IPushListeners>()
            .OpenAsync($"{protocol}2", Options(protocol));
        TcpClient peer = new();
        await peer.ConnectAsync(IPEndPoint.Parse(opened.Listener!.Listen));
        await peer.GetStream().WriteAsync(Encoding.ASCII.GetBytes(begun));
        return peer;
    }

    /// <summary>Timers never fire.</summary>
    private sealed class FrozenTime : TimeProvider
    {
        public override long GetTimestamp() => 1;

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        ) => System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
    }

    private sealed class Said(string address) : IServerAddressesFeature
    {
        public ICollection<string> Addresses { get; } = ["http://localhost:5000", address];

        public bool PreferHostingUrls { get; set; }
    }

    /// <summary>Has the web server say that it listens elsewhere than it does.</summary>
    private sealed class Pretend(IServiceProvider services, string address)
        : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            services
                .GetRequiredService<IServer>()
                .Features.Set<IServerAddressesFeature>(new Said(address));
            return Task.CompletedTask;
        }

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Keeps the scopes of the line about a wrong secret.</summary>
    private sealed class ScopedLines : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

        public string? Wrong { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) =>
            scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (formatter(state, exception).Contains("wrong secret", StringComparison.Ordinal))
            {
                StringBuilder text = new();
                scopes.ForEachScope((scope, into) => into.Append(scope), text);
                Wrong = text.ToString();
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
