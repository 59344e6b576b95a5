using System.Net;
using System.Security.Claims;
using System.Text;
using Microsoft.Extensions.Options;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Embedding;

/// <summary>Somebody's own application, as the README shows it: clients, the API and <see cref="IPushBridge"/> on its own listener.</summary>
public sealed class EmbeddingSampleTests : IAsyncLifetime
{
    private readonly WebApplication app = Build();
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync();
        http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task An_endpoint_of_the_application_pushes()
    {
        await using RawClient client = await JoinAsync("alice");

        ApiAnswer here = await http.AskAsync(HttpMethod.Post, "/notify/alice");
        ApiAnswer gone = await http.AskAsync(HttpMethod.Post, "/notify/bob");

        (here.Body, gone.Body).Should().Be(("true", "false"));
        (await client.NextAsync()).Should().Be("""{"text":"hello"}""");
    }

    [Fact]
    public async Task IPushBridge_has_every_command()
    {
        IPushBridge push = app.Services.GetRequiredService<IPushBridge>();
        byte[] json = """{"x": 1.0}"""u8.ToArray();
        await using RawClient client = await JoinAsync("alice");

        (await push.PushAsync("alice", json)).Should().Be(new PushOutcome(1, PushFailure.None));
        (await push.PushAsync(["bob", "carol"], json)).Failure.Should().Be(PushFailure.Offline);
        (await push.JoinAsync("alice", "news")).Ok.Should().BeTrue();
        (await push.SendToGroupAsync("news", json, id: "1")).Connections.Should().Be(1);
        (await push.SendToGroupAsync("news", json, id: "1")).Connections.Should().Be(1);
        (await push.BroadcastAsync(Payload.From(3), except: "bob")).Connections.Should().Be(1);
        (await push.CountAsync("news")).Should().Be(new OnlineCount(1, 1));
        (await push.LeaveAsync("alice", "news")).Ok.Should().BeTrue();
        (await push.OnlineAsync(["alice", "bob"]))["alice"].Should().Be(1);
        (await push.KickAsync("alice", "bye")).Ok.Should().BeTrue();

        (await client.NextAsync(3)).Should().Equal("""{"x": 1.0}""", """{"x": 1.0}""", "3");
        (await client.Closed).Should().Be((4411, "bye"));
    }

    [Fact]
    public async Task Ids_are_shared_by_all_doors()
    {
        IPushBridge push = app.Services.GetRequiredService<IPushBridge>();
        await using RawClient client = await JoinAsync("dora");
        await using TextBackend backend = await TextBackend.ConnectAsync(
            IPEndPoint.Parse(app.Services.GetRequiredService<IPushListeners>().All.Single().Listen)
        );

        await push.PushAsync("dora", Encoding.UTF8.GetBytes("1"), id: "shared");
        (await http.PostAsync("/internal/push/dora", "2", ("Idempotency-Key", "shared")))
            .Body.Should()
            .Be("""{"ok":true,"connections":1}""");
        (await backend.AskAsync("""{"$cmd":"push","uid":"dora","data":3,"id":"shared"}"""))
            .Should()
            .Be("ok");
        await push.PushAsync("dora", Payload.From(4));

        (await client.NextAsync(2)).Should().Equal("1", "4");
    }

    [Fact]
    public async Task The_API_is_where_the_application_put_it()
    {
        await using RawClient client = await JoinAsync("erin");

        (await http.PostAsync("/internal/push/erin", "[1.0]"))
            .Should()
            .Be(new ApiAnswer(200, "application/json", """{"ok":true,"connections":1}"""));
        (await http.PostAsync("/internal/push/erin", "[")).ShouldBeProblem(400);
        (
            await http.PostAsync("/internal/push/erin", "1", ("Origin", "https://evil.example"))
        ).ShouldBeProblem(403);
        (await http.PostAsync("/internal/secret/push/erin", "1")).Status.Should().Be(401);
        (await http.PostAsync("/api/push/erin", "1")).Status.Should().Be(404);

        (await client.NextAsync()).Should().Be("[1.0]");
    }

    [Fact]
    public async Task A_text_port_open_to_strangers_keeps_the_application_from_starting()
    {
        await using WebApplication exposed = Build("0.0.0.0:0");

        Func<Task> start = () => exposed.StartAsync();

        (await start.Should().ThrowAsync<OptionsValidationException>())
            .Which.Failures.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("PushBridge:Text:Listen: ");
    }

    [Fact]
    public async Task The_API_asks_for_the_secret_unless_the_application_knows_the_caller()
    {
        const string secret = "a-secret-of-the-backends";
        await using WebApplication guarded = Build("127.0.0.1:0", secret);
        await guarded.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient caller = new() { BaseAddress = new Uri(guarded.Urls.Single()) };

        ApiAnswer stranger = await caller.PostAsync("/internal/push/x", "1");
        ApiAnswer bearer = await caller.PostAsync(
            "/internal/push/x",
            "1",
            ("Authorization", $"Bearer {secret}")
        );
        ApiAnswer known = await caller.PostAsync("/internal/push/x", "1", ("X-Known", "yes"));

        (stranger.Status, bearer.Status, known.Status).Should().Be((401, 200, 200));
    }

    private async Task<RawClient> JoinAsync(string uid)
    {
        RawClient client = await RawClient.ConnectAsync(new Uri(http.BaseAddress!, "/push"), uid);
        IPushBridge push = app.Services.GetRequiredService<IPushBridge>();
        while ((await push.OnlineAsync(uid))[uid] == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        return client;
    }

    private static WebApplication Build(string text = "127.0.0.1:0", string? secret = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["PushBridge:Text:Listen"] = text;
        if (secret is not null)
        {
            builder.Configuration["PushBridge:Backends:Secrets:0"] = secret;
        }
        builder.AddPushBridge();

        WebApplication sample = builder.Build();
        // Stands for whatever authentication the application has.
        sample.Use(
            (context, next) =>
            {
                if (context.Request.Headers.ContainsKey("X-Known"))
                {
                    context.User = new ClaimsPrincipal(new ClaimsIdentity("known"));
                }
                return next(context);
            }
        );
        sample.MapPushBridge("/push");
        sample.MapPushBridgeApi("/internal");
        // The application decides who may push: what is returned takes its rules.
        sample
            .MapPushBridgeApi("/internal/secret")
            .AddEndpointFilter((_, _) => ValueTask.FromResult<object?>(Results.Unauthorized()));
        sample.MapPost(
            "/notify/{user}",
            async (string user, IPushBridge push) =>
                (await push.PushAsync(user, Payload.From(new { text = "hello" }))).Ok
        );
        return sample;
    }
}
