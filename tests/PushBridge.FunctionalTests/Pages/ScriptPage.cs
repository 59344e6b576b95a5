using System.Threading.Channels;
using Microsoft.Playwright;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Pages;

/// <summary>
/// Somebody's own page on their own web server, whose origin PushBridge has to be told: one script, whose alerts and whose console are read.
/// </summary>
internal sealed class ScriptPage : IAsyncDisposable
{
    private readonly Channel<string> alerts = Channel.CreateUnbounded<string>();
    private readonly Channel<string> logs = Channel.CreateUnbounded<string>();
    private readonly WebApplication site;
    private string document = "";
    private IPage? tab;

    private ScriptPage(WebApplication site) => this.site = site;

    /// <summary>The setting that lets the page connect.</summary>
    public string AllowedOrigin => $"Clients:AllowedOrigins:0={site.Urls.Single()}";

    /// <summary>What the application answers to its own page's question for a token.</summary>
    public string Token { get; set; } = "";

    public static async Task<ScriptPage> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var page = new ScriptPage(builder.Build());
        page.site.Run(context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(
                context.Request.Path == "/push-token" ? page.Token : page.document
            );
        });
        await page.site.StartAsync();
        return page;
    }

    /// <param name="html">What is on the page, its scripts included.</param>
    public async Task OpenAsync(Chromium chromium, string html)
    {
        document = $"<!doctype html><title>own page</title>{html}";
        tab ??= await NewTabAsync(chromium);
        await tab.GotoAsync(site.Urls.Single());
    }

    private async Task<IPage> NewTabAsync(Chromium chromium)
    {
        IPage opened = await (await chromium.NewProfileAsync()).NewPageAsync();
        opened.Dialog += async (_, dialog) =>
        {
            alerts.Writer.TryWrite(dialog.Message);
            await dialog.AcceptAsync();
        };
        opened.Console += (_, line) => logs.Writer.TryWrite(line.Text);
        return opened;
    }

    public Task<string> NextAlertAsync() => NextAsync(alerts);

    public Task<string> NextLogAsync() => NextAsync(logs);

    private static async Task<string> NextAsync(Channel<string> channel)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await channel.Reader.ReadAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (tab is not null)
        {
            await tab.Context.CloseAsync();
        }

        await site.DisposeAsync();
    }
}
