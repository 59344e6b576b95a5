using System.Net;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using PushBridge.FunctionalTests.Doors;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;
using PushBridge.Hosting.Options;

namespace PushBridge.FunctionalTests.Embedding;

/// <summary>An application's <see cref="IPushListeners"/>: every kind of listener beside those of its own web server.</summary>
public sealed class EmbeddedListenersTests : IAsyncLifetime
{
    private const string Push = """{"uid":"alice","n":1}""";
    private const string Page = "the application's own page";

    private readonly RecordingLoggerProvider logs = new();
    private WebApplication app = null!;

    private IPushListeners Listeners => app.Services.GetRequiredService<IPushListeners>();

    private IPushBridge Bridge => app.Services.GetRequiredService<IPushBridge>();

    private Uri Own => new(app.Urls.Single());

    public async ValueTask InitializeAsync()
    {
        app = Build();
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        logs.Lines.Where(line => line.Level >= LogLevel.Error).Should().BeEmpty();
    }

    [Fact]
    public async Task Clients_of_all_listeners_are_the_same_people()
    {
        Uri clients = await OpenAsync("c", ListenerProtocol.Clients);
        Uri http = await OpenAsync("h", ListenerProtocol.Http);
        await using RawClient own = await RawClient.ConnectAsync(new Uri(Own, "/push"), "alice");
        await using RawClient raw = await RawClient.ConnectAsync(clients, "alice");
        await using HubClient hub = await HubClient.ConnectAsync(clients, "alice");
        await using IHubTransport poll = await LongPollingTransport.OpenAsync(clients, "uid=alice");
        await OnlineAsync("alice", 4);
        using HttpClient program = new() { BaseAddress = http };

        (await program.PostAsync("/api/push/alice", "1"))
            .Should()
            .Be(new ApiAnswer(200, "application/json", """{"ok":true,"connections":4}"""));
        (await Bridge.PushAsync("alice", Payload.From(2))).Connections.Should().Be(4);

        foreach (RawClient client in (RawClient[])[own, raw])
        {
            (await client.NextAsync(2)).Should().Equal("1", "2");
        }
        (await hub.NextAsync()).Should().Be("1");
        (await hub.NextAsync()).Should().Be("2");
        Listeners
            .All.Select(listener => (listener.Name, listener.Source, listener.Connections))
            .Should()
            .Equal(
                ("text", ListenerSource.Start, 0),
                ("c", ListenerSource.Request, 3),
                ("h", ListenerSource.Request, 1)
            );
    }

    [Fact]
    public async Task Each_listener_serves_its_own_and_nothing_of_the_others()
    {
        using HttpClient own = new() { BaseAddress = Own };
        using HttpClient clients = new()
        {
            BaseAddress = await OpenAsync("c", ListenerProtocol.Clients),
        };
        using HttpClient http = new() { BaseAddress = await OpenAsync("h", ListenerProtocol.Http) };

        app.Urls.Should().ContainSingle();
        (await own.GetStringAsync("/")).Should().Be(Page);
        (await own.AskAsync(HttpMethod.Get, "/api/count")).Status.Should().Be(404);
        app.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>()
            .ApiDescriptionGroups.Items.SelectMany(group => group.Items)
            .Select(description => description.RelativePath)
            .Should()
            .Equal([""], "the application describes what it serves itself");
        (await clients.AskAsync(HttpMethod.Get, "/")).Status.Should().Be(404);
        (await clients.AskAsync(HttpMethod.Get, "/api/count")).Status.Should().Be(404);
        (await http.AskAsync(HttpMethod.Get, "/")).ShouldBeProblem(404);
        (await http.AskAsync(HttpMethod.Post, "/hub/negotiate")).ShouldBeProblem(404);
        (await http.AskAsync(HttpMethod.Get, "/api/count")).Status.Should().Be(200);
        (await http.GetStringAsync("/health/ready")).Should().Be("ready\n");
        (await http.GetStringAsync("/metrics")).Should().Contain("pushbridge_");
        (
            await http.PostAsync("/api/push/alice", "1", ("Origin", "https://evil.example"))
        ).ShouldBeProblem(403);
    }

    [Fact]
    public async Task Closing_one_leaves_its_connections_and_dismissing_ends_them_in_good_order()
    {
        Uri clients = await OpenAsync("c", ListenerProtocol.Clients);
        Uri http = await OpenAsync("h", ListenerProtocol.Http);
        await using RawClient stays = await RawClient.ConnectAsync(clients, "alice");
        await OnlineAsync("alice", 1);
        using HttpClient program = new() { BaseAddress = http };
        await program.AskAsync(HttpMethod.Get, "/api/count");

        (await Listeners.CloseAsync("c")).Listener!.Connections.Should().Be(1);
        (await Listeners.CloseAsync("h")).Ok.Should().BeTrue();
        await Ports.IsRefusedAsync(IPEndPoint.Parse(clients.Authority));
        await Ports.IsRefusedAsync(IPEndPoint.Parse(http.Authority));
        (await program.PostAsync("/api/push/alice", "1")).Status.Should().Be(200);
        Uri again = await OpenAsync("c", ListenerProtocol.Clients);
        await using RawClient goes = await RawClient.ConnectAsync(again, "alice");
        await OnlineAsync("alice", 2);
        (await Listeners.CloseAsync("c", dismiss: true)).Listener!.Connections.Should().Be(0);

        (await goes.Closed).Should().Be((1001, "going away"));
        (await Bridge.PushAsync("alice", Payload.From(2))).Connections.Should().Be(1);
        (await stays.NextAsync(2)).Should().Equal("1", "2");
    }

    [Fact]
    public async Task TLS_is_each_listeners_own()
    {
        using TestCertificate certificate = new();
        ListenerOptions options = new()
        {
            Protocol = ListenerProtocol.Http,
            Listen = "127.0.0.1:0",
            Certificate = new() { Path = certificate.Path, KeyPath = certificate.KeyPath },
        };

        ListenerResult opened = await Listeners.OpenAsync("secure", options);

        opened.Listener!.IsTls.Should().BeTrue(opened.Problem);
        using HttpClient program = new(certificate.Handler(shown: null))
        {
            BaseAddress = new Uri($"https://{opened.Listener.Listen}"),
        };
        (await program.AskAsync(HttpMethod.Get, "/api/count")).Status.Should().Be(200);
    }

    [Theory]
    [InlineData(ListenerProtocol.Clients, "0.0.0.0:0", ListenerFailure.Exposed)]
    [InlineData(ListenerProtocol.Http, "0.0.0.0:0", ListenerFailure.Exposed)]
    [InlineData(ListenerProtocol.Http, "nowhere", ListenerFailure.Invalid)]
    public async Task What_is_refused_elsewhere_is_refused_here(
        ListenerProtocol protocol,
        string listen,
        ListenerFailure failure
    )
    {
        ListenerResult result = await Listeners.OpenAsync(
            "x",
            new ListenerOptions { Protocol = protocol, Listen = listen }
        );

        result.Failure.Should().Be(failure);
    }

    [Fact]
    public async Task An_address_of_the_application_itself_is_taken()
    {
        ListenerResult result = await Listeners.OpenAsync(
            "x",
            new ListenerOptions { Protocol = ListenerProtocol.Clients, Listen = Own.Authority }
        );

        result.Failure.Should().Be(ListenerFailure.AddressInUse);
    }

    [Fact]
    public void The_log_says_where_the_text_port_is() =>
        logs
            .Lines.Should()
            .ContainSingle(line =>
                line.Message.StartsWith("Listener text opened", StringComparison.Ordinal)
            )
            .Which.Should()
            .Be(
                new LogLine(
                    LogLevel.Information,
                    "PushBridge.Hosting.Listeners.ListenerTable",
                    $"Listener text opened: Text on {Listeners.All.Single().Listen}"
                )
            );

    [Fact]
    public async Task Those_of_the_configuration_open_and_close_with_it()
    {
        await using WebApplication configured = Build(
            ("Listeners:pages:Protocol", "clients"),
            ("Listeners:pages:Listen", "127.0.0.1:0"),
            ("Listeners:programs:Protocol", "http"),
            ("Listeners:programs:Listen", "127.0.0.1:0")
        );
        await configured.StartAsync(TestContext.Current.CancellationToken);
        IPushListeners listeners = configured.Services.GetRequiredService<IPushListeners>();
        PushListener[] open = [.. listeners.All];

        open.Select(listener => listener.Name).Should().Equal("text", "pages", "programs");
        await using (
            RawClient client = await RawClient.ConnectAsync(
                new Uri($"http://{open[1].Listen}"),
                uid: null
            )
        )
        {
            IConfigurationRoot root = (IConfigurationRoot)configured.Configuration;
            root["PushBridge:Listeners:pages:Protocol"] = "text";
            root.Reload();
            await PushBridgeServer.EventuallyAsync(
                () =>
                    listeners.All.Any(now =>
                        now is { Name: "pages", Protocol: ListenerProtocol.Text }
                    ),
                "the listener to become another"
            );
        }
        await configured.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_application_ends_as_soon_as_everybody_has_been_told()
    {
        await using WebApplication ending = Build();
        await ending.StartAsync(TestContext.Current.CancellationToken);
        IPushListeners listeners = ending.Services.GetRequiredService<IPushListeners>();
        Uri clients = await OpenAsync("c", ListenerProtocol.Clients, listeners);
        Uri http = await OpenAsync("h", ListenerProtocol.Http, listeners);
        await using RawClient raw = await RawClient.ConnectAsync(clients, "alice");
        await using HubClientWire hub = await HubClientWire.ConnectAsync(clients, "?uid=alice");
        using HttpClient keptAlive = new() { BaseAddress = http };
        await keptAlive.AskAsync(HttpMethod.Get, "/api/count");
        Task<(string Error, bool MayReconnect)> told = TellAsync(hub);

        Task stopping = ending.StopAsync(TestContext.Current.CancellationToken);

        (await raw.Closed).Should().Be((1001, "going away"));
        (await told).MayReconnect.Should().BeTrue();
        await stopping.WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
        await Ports.IsRefusedAsync(IPEndPoint.Parse(clients.Authority));
        await Ports.IsRefusedAsync(IPEndPoint.Parse(http.Authority));
        (
            await listeners.OpenAsync(
                "late",
                new ListenerOptions { Protocol = ListenerProtocol.Http, Listen = "127.0.0.1:0" }
            )
        )
            .Failure.Should()
            .Be(ListenerFailure.Stopping);
    }

    [Fact]
    public async Task A_worker_without_a_web_server_has_text_listeners()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddMetrics();
        builder.Configuration["PushBridge:Text:Listen"] = "127.0.0.1:0";
        builder.AddPushBridge();
        using IHost worker = builder.Build();
        await worker.StartAsync(TestContext.Current.CancellationToken);
        IPushListeners listeners = worker.Services.GetRequiredService<IPushListeners>();

        Uri text = await OpenAsync("more", ListenerProtocol.Text, listeners);
        ListenerResult clients = await listeners.OpenAsync(
            "c",
            new ListenerOptions { Protocol = ListenerProtocol.Clients, Listen = "127.0.0.1:0" }
        );

        await using (
            TextBackend backend = await TextBackend.ConnectAsync(IPEndPoint.Parse(text.Authority))
        )
        {
            (await backend.AskAsync(Push)).Should().Be("fail");
        }
        clients.Failure.Should().Be(ListenerFailure.NotServed);
        await worker.StopAsync(TestContext.Current.CancellationToken);
    }

    private Task<Uri> OpenAsync(string name, ListenerProtocol protocol) =>
        OpenAsync(name, protocol, Listeners);

    private static async Task<Uri> OpenAsync(
        string name,
        ListenerProtocol protocol,
        IPushListeners listeners
    )
    {
        ListenerResult result = await listeners.OpenAsync(
            name,
            new ListenerOptions { Protocol = protocol, Listen = "127.0.0.1:0" }
        );
        result.Ok.Should().BeTrue(result.Problem);
        return new Uri($"http://{result.Listener!.Listen}");
    }

    private async Task OnlineAsync(string uid, int connections)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
        while ((await Bridge.OnlineAsync(uid))[uid] != connections)
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    private static async Task<(string Error, bool MayReconnect)> TellAsync(HubClientWire hub)
    {
        await using (hub)
        {
            return await hub.CloseMessageAsync();
        }
    }

    private WebApplication Build(params (string Key, string Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["PushBridge:Text:Listen"] = "127.0.0.1:0";
        foreach ((string key, string value) in settings)
        {
            builder.Configuration[$"PushBridge:{key}"] = value;
        }
        builder.Services.AddEndpointsApiExplorer();
        builder.AddPushBridge();
        WebApplication built = builder.Build();
        built.MapPushBridge("/push");
        built.MapGet("/", () => Page);
        return built;
    }
}
