using System.Collections.Concurrent;
using Microsoft.Playwright;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using static Microsoft.Playwright.Assertions;

namespace PushBridge.FunctionalTests.Pages;

/// <summary>The dashboard in a tab, and what must hold of it in every test: no console error, nothing loaded from elsewhere.</summary>
internal sealed class DashboardPage : IAsyncDisposable
{
    private readonly Uri site;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentQueue<Uri> requests = new();
    private readonly List<string> expected = [];

    private DashboardPage(IPage tab, Uri site)
    {
        Tab = tab;
        this.site = site;
        tab.Console += (_, line) =>
        {
            if (line.Type is "error" or "warning")
            {
                errors.Enqueue(line.Text);
            }
        };
        tab.PageError += (_, error) => errors.Enqueue(error);
        tab.Request += (_, request) => requests.Enqueue(new Uri(request.Url));
        tab.WebSocket += (_, socket) => requests.Enqueue(new Uri(socket.Url));
    }

    public IPage Tab { get; }
    public ILocator Status => Tab.Locator("#status");
    public ILocator Uids => Tab.Locator("#uids button");
    public ILocator Answer => Tab.Locator("#push-answer");
    public ILocator Secret => Tab.GetByRole(AriaRole.Textbox, new() { Name = "Secret" });

    public static async Task<DashboardPage> OpenAsync(
        Chromium chromium,
        PushBridgeServer server,
        int width = 1280
    )
    {
        var profile = await chromium.NewProfileAsync(width);
        return await OpenAsync(profile, server);
    }

    public static async Task<DashboardPage> OpenAsync(
        IBrowserContext profile,
        PushBridgeServer server
    )
    {
        var page = new DashboardPage(await profile.NewPageAsync(), server.HttpUrl);
        await page.Tab.GotoAsync(server.HttpUrl.AbsoluteUri);
        return page;
    }

    /// <summary>A page that has got its first numbers.</summary>
    public static async Task<DashboardPage> WatchAsync(Chromium chromium, PushBridgeServer server)
    {
        var page = await OpenAsync(chromium, server);
        await page.ExpectLiveAsync();
        return page;
    }

    public Task ExpectLiveAsync() => Expect(Status).ToContainTextAsync("Live");

    /// <summary>The cell of a table of counts.</summary>
    public ILocator Outcome(string door, int column) =>
        Tab.GetByRole(AriaRole.Row, new() { Name = door }).GetByRole(AriaRole.Cell).Nth(column);

    public Task PushAsync() =>
        Tab.GetByRole(AriaRole.Button, new() { Name = "Push", Exact = true }).ClickAsync();

    /// <summary>Browsers report what a server refuses as an error, whatever the page makes of it.</summary>
    public void MayLog(string text) => expected.Add(text);

    public async ValueTask DisposeAsync()
    {
        await Tab.Context.CloseAsync();
        errors
            .Where(error => !expected.Any(text => error.Contains(text, StringComparison.Ordinal)))
            .Should()
            .BeEmpty("the page must be silent on the console");
        requests
            .Should()
            .OnlyContain(url => url.Authority == site.Authority, "nothing comes from elsewhere");
    }
}
