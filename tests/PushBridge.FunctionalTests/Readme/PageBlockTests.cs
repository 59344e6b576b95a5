using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Pages;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Readme;

/// <summary>The README's pages in Chromium, from an origin that the server was told about, as the README says.</summary>
public sealed class PageBlockTests(Chromium chromium)
{
    [Fact]
    public async Task The_script_that_the_server_serves()
    {
        await using ScriptPage page = await ScriptPage.StartAsync();
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(page.AllowedOrigin);

        await page.OpenAsync(
            chromium,
            ReadmeBlock.With("/pushbridge.js\"").At(clients: server.Clients)
        );
        await PushAsync(server);

        (await page.NextLogAsync()).Should().Contain("88%");
    }

    [Fact]
    public async Task JavaScript_written_for_the_sample()
    {
        await using ScriptPage page = await ScriptPage.StartAsync();
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(page.AllowedOrigin);

        await page.OpenAsync(
            chromium,
            $"<script>{ReadmeBlock.With("new WebSocket").At(clients: server.Clients)}</script>"
        );
        await PushAsync(server);

        (await page.NextAlertAsync()).Should().Be("""{"uid":"uid1","percent":"88%"}""");
    }

    private static async Task PushAsync(PushBridgeServer server)
    {
        await server.WaitForUidAsync("uid1");
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"uid":"uid1","percent":"88%"}""")).Should().Be("ok");
    }
}
