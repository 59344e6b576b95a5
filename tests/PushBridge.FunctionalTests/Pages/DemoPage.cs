using System.Collections.Concurrent;
using Microsoft.Playwright;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using static Microsoft.Playwright.Assertions;

namespace PushBridge.FunctionalTests.Pages;

/// <summary>The demo page in a tab, and what must hold of it in every test: no console error, nothing loaded from elsewhere.</summary>
internal sealed class DemoPage : IAsyncDisposable
{
    private readonly PushBridgeServer server;
    private readonly Uri site;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentQueue<Uri> requests = new();
    private bool serverMayLeave;

    private DemoPage(IPage tab, PushBridgeServer server)
    {
        Tab = tab;
        this.server = server;
        site = server.ClientsUrl;
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
    public ILocator Uid => Tab.GetByRole(AriaRole.Textbox);
    public ILocator State => Tab.Locator("#state");
    public ILocator Messages => Tab.Locator("#messages pre");
    public ILocator Bar => Tab.GetByRole(AriaRole.Progressbar);

    /// <summary>Everything but WebSocket connections that was asked for.</summary>
    public IEnumerable<Uri> Loaded => requests.Where(url => url.Scheme == site.Scheme);

    public static async Task<DemoPage> OpenAsync(
        IBrowserContext profile,
        PushBridgeServer server,
        string query = ""
    )
    {
        var page = new DemoPage(await profile.NewPageAsync(), server);
        await page.GoAsync(query);
        return page;
    }

    /// <summary>A page that is known to the server under its uid, in a profile of its own.</summary>
    public static async Task<DemoPage> ListenAsync(
        Chromium chromium,
        PushBridgeServer server,
        string uid = "uid1"
    )
    {
        var page = new DemoPage(await (await chromium.NewProfileAsync()).NewPageAsync(), server);
        await page.ListenAsync(uid);
        return page;
    }

    /// <summary>Opens the page anew under another uid: a profile of its own would cost a second of the processor's time.</summary>
    public async Task ListenAsync(string uid)
    {
        await GoAsync("?uid=" + Uri.EscapeDataString(uid));
        await server.WaitForUidAsync(uid);
    }

    public async Task ConnectAsync(string uid)
    {
        await Uid.FillAsync(uid);
        await Tab.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
    }

    private async Task GoAsync(string query) =>
        await Tab.GotoAsync(new Uri(server.ClientsUrl, "/" + query).AbsoluteUri);

    /// <summary>Copies a shown line by its button, and makes sure that what is copied is what is shown.</summary>
    public async Task<string> CopyAsync(string line)
    {
        await Tab.Locator($"#copy-{line}").ClickAsync();
        await Expect(Tab.Locator($"#copy-{line}")).ToHaveTextAsync("Copied");
        var copied = await Tab.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        copied.Should().Be(await Tab.Locator($"#line-{line}").TextContentAsync());
        return copied;
    }

    /// <summary>Waits until the newest message is exactly this text.</summary>
    public async Task ExpectNewestAsync(string text)
    {
        // A comparison by ToHaveTextAsync would fold white space.
        await Expect(Messages.First).ToHaveJSPropertyAsync("textContent", text);
    }

    /// <summary>A browser reports every refused connection as an error; a page that waits for its server causes some.</summary>
    public void ServerMayLeave() => serverMayLeave = true;

    public async ValueTask DisposeAsync()
    {
        await Tab.Context.CloseAsync();
        if (!serverMayLeave)
        {
            errors.Should().BeEmpty("the page must be silent on the console");
        }

        requests
            .Should()
            .OnlyContain(url => url.Authority == site.Authority, "nothing comes from elsewhere");
    }
}
