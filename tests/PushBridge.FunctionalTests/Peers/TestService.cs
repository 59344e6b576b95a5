using System.Collections.Concurrent;
using System.Net;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>One question that the service was asked.</summary>
internal sealed record Asked(string Body, string? Cookies, string? ContentType);

/// <summary>An application of the operator's: answers over HTTP as the test says, and remembers what it was asked.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Asked> asked = new();

    private TestService(WebApplication app) => this.app = app;

    public Uri Url => new(app.Urls.Single());

    public IReadOnlyCollection<Asked> Asked => asked;

    /// <summary>What it answers; may be changed at any time.</summary>
    public Func<HttpContext, Task> AnswerAsync { get; set; } = _ => Task.CompletedTask;

    public static async Task<TestService> StartAsync(Func<HttpContext, Task> answerAsync)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.Urls.Add($"http://{IPAddress.Loopback}:0");
        TestService service = new(application) { AnswerAsync = answerAsync };
        application.Run(service.ServeAsync);
        await application.StartAsync();
        return service;
    }

    /// <summary>An answer in JSON.</summary>
    public static Func<HttpContext, Task> Json(string json) =>
        async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(json);
        };

    /// <summary>An answer that is only a status.</summary>
    public static Func<HttpContext, Task> Status(int status) =>
        context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        using StreamReader body = new(context.Request.Body);
        asked.Enqueue(
            new Asked(
                await body.ReadToEndAsync(),
                context.Request.Headers.Cookie,
                context.Request.ContentType
            )
        );
        await AnswerAsync(context);
    }
}
