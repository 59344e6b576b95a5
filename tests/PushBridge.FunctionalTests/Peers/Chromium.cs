using Microsoft.Playwright;
using PushBridge.FunctionalTests.Peers;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace PushBridge.FunctionalTests.Peers;

/// <summary>
/// One real headless Chromium for the whole run (/usr/bin/chromium, or the one PUSHBRIDGE_CHROMIUM names), started by
/// the first test that needs it. Each profile has its own storage.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    // Without these switches it talks to hosts of its own accord.
    private static readonly string[] Switches =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly SemaphoreSlim starting = new(1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task<IBrowserContext> NewProfileAsync(int width = 1280)
    {
        var started = await StartedAsync();
        return await started.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = 844 },
                Permissions = ["clipboard-read", "clipboard-write"],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        starting.Dispose();
    }

    private async Task<IBrowser> StartedAsync()
    {
        var executable = ChildProcess.Locate("PUSHBRIDGE_CHROMIUM", "/usr/bin/chromium");
        await starting.WaitAsync();
        try
        {
            Assertions.SetDefaultExpectTimeout(10_000);
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(
                new() { ExecutablePath = executable, Args = Switches }
            );
        }
        finally
        {
            starting.Release();
        }
    }
}
