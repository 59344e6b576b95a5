using PushBridge.FunctionalTests.Authentication;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;
using static Microsoft.Playwright.Assertions;

namespace PushBridge.FunctionalTests.Pages;

/// <summary>The lines on the demo page, copied by their buttons and run as they are.</summary>
public sealed class ShownLinesTests(Chromium chromium)
{
    // Not every machine has nc, and its flavours differ; where it is missing, bash plays it, so that the line itself is run.
    private const string StandIn =
        "command -v nc >/dev/null || nc() { exec 3<>/dev/tcp/$2/$3; mapfile l; printf %s \"${l[@]}\" >&3; head -n${#l[@]} <&3; }\n";

    private static readonly string[] Uids =
    [
        "uid1",
        """a'b"c$d\e""",
        "ü 世界",
        "-r",
        " spaces  around ",
        "`id` $(id) !! %s%n",
        "</script>\\",
        "<!--<script>",
        "''",
    ];

    [Fact]
    public async Task The_lines_of_the_shell_and_of_PHP_push_to_any_uid()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server, "nobody yet");
        foreach (var uid in Uids)
        {
            await page.ListenAsync(uid);
            // Side by side: nc waits a second for more.
            ProgramResult[] results = await Task.WhenAll(
                BashAsync(StandIn + await page.CopyAsync("nc")),
                BashAsync(await page.CopyAsync("bash")),
                BashAsync(await page.CopyAsync("php")),
                PhpCli.RunAsync(await page.CopyAsync("php-script"))
            );

            results.Should().AllBeEquivalentTo(new ProgramResult(0, "ok\n", ""), uid);
            await Expect(page.Messages).ToHaveCountAsync(results.Length);
            await Expect(page.Bar).ToHaveJSPropertyAsync("value", 88);
        }
    }

    [Fact]
    public async Task The_client_lines_listen_under_any_uid()
    {
        await using var own = await ScriptPage.StartAsync();
        await using var server = await PushBridgeServer.StartAsync(own.AllowedOrigin);
        await using var page = await DemoPage.ListenAsync(chromium, server, "nobody yet");
        foreach (var uid in Uids)
        {
            await page.ListenAsync(uid);
            await own.OpenAsync(
                chromium,
                await page.CopyAsync("client")
                    + $"<script>{await page.CopyAsync("socket")}</script>"
            );
            await server.WaitForUidAsync(uid, 3);
            await BashAsync(await page.CopyAsync("bash"));

            await Expect(page.Messages).ToHaveCountAsync(1);
            var shown = await page.Messages.First.TextContentAsync();
            (await own.NextAlertAsync()).Should().Be(shown, uid);
            (await own.NextAlertAsync()).Should().Be(shown, uid);
        }
    }

    [Fact]
    public async Task The_lines_show_a_secret_from_the_environment_where_one_is_needed()
    {
        const string Secret = "secret-of-the-shown-lines-0123456789";
        await using var server = await PushBridgeServer.StartAsync($"Backends:Secrets:0={Secret}");
        await using var page = await DemoPage.ListenAsync(chromium, server, "it's me");
        await Expect(page.Tab.Locator("#secret-hint")).ToBeVisibleAsync();
        (string Name, string Value) secret = ("PUSHBRIDGE_SECRET", Secret);
        ProgramResult[] results = await Task.WhenAll(
            BashAsync(StandIn + await page.CopyAsync("nc"), secret),
            BashAsync(await page.CopyAsync("bash"), secret),
            BashAsync(await page.CopyAsync("php"), secret),
            BashAsync($"php <<'END'\n{await page.CopyAsync("php-script")}\nEND", secret)
        );

        results.Should().AllBeEquivalentTo(new ProgramResult(0, "ok\nok\n", ""));
        await Expect(page.Messages).ToHaveCountAsync(results.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_lines_push_by_TLS_with_a_certificate_where_one_is_needed(bool isMutual)
    {
        using var certificate = new TestCertificate();
        var client = certificate.Client();
        await using var server = await PushBridgeServer.StartAsync(
            isMutual ? certificate.MutualSettingsOf("Text") : certificate.SettingsOf("Text")
        );
        await using var page = await DemoPage.ListenAsync(chromium, server);

        await Expect(page.Tab.Locator("#lines figure")).ToHaveCountAsync(4);
        var shell = await BashAsync(Filled(await page.CopyAsync("openssl")));
        shell.Output.Should().Be("ok\n", shell.Errors);
        var script = await PhpCli.RunAsync(Filled(await page.CopyAsync("php-script")));
        script.Should().Be(new ProgramResult(0, "ok\n", ""));
        await Expect(page.Messages).ToHaveCountAsync(2);

        string Filled(string line)
        {
            line.Contains("CLIENT.pem", StringComparison.Ordinal).Should().Be(isMutual);
            return line.Replace(
                    "AUTHORITY.pem",
                    certificate.AuthorityPath,
                    StringComparison.Ordinal
                )
                .Replace("NAME", "localhost", StringComparison.Ordinal)
                .Replace("CLIENT.pem", client.Path, StringComparison.Ordinal)
                .Replace("CLIENT.key", client.KeyPath, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_client_lines_show_a_token_where_one_is_needed()
    {
        await using var own = await ScriptPage.StartAsync();
        await using var server = await PushBridgeServer.StartAsync([
            .. TokenServer.Settings,
            own.AllowedOrigin,
        ]);
        await using var page = await DemoPage.OpenAsync(await chromium.NewProfileAsync(), server);
        await Expect(page.State).ToContainTextAsync("Paste a token to listen.");
        await page.ConnectAsync(own.Token = TestTokens.For("u7"));
        await Expect(page.State).ToContainTextAsync("Connected as u7");

        await own.OpenAsync(
            chromium,
            await page.CopyAsync("client") + $"<script>{await page.CopyAsync("socket")}</script>"
        );
        await server.WaitForUidAsync("u7", 3);
        await BashAsync(await page.CopyAsync("bash"));

        await page.ExpectNewestAsync("""{"uid":"u7","percent":"88%"}""");
        (await own.NextAlertAsync()).Should().Contain("\"u7\"");
        (await own.NextAlertAsync()).Should().Contain("\"u7\"");
    }

    [Fact]
    public async Task The_lines_push_through_a_Unix_socket()
    {
        var folder = Directory.CreateTempSubdirectory("it's \"$x\" ");
        var path = Path.Combine(folder.FullName, "push.sock");
        await using var server = await PushBridgeServer.StartAsync(
            $"Text:Listen=unix:{path}",
            "Backends:Secrets:0=which-a-Unix-socket-needs-not"
        );
        await using var page = await DemoPage.OpenAsync(await chromium.NewProfileAsync(), server);
        await Expect(page.State).ToContainTextAsync("Connected as uid1");
        await Expect(page.Tab.Locator("#text-address")).ToHaveTextAsync($"unix://{path}");

        var paste = await BashAsync(await page.CopyAsync("php"));
        paste.Should().Be(new ProgramResult(0, "ok\n", ""));
        await Expect(page.Messages).ToHaveCountAsync(1);

        var script = await PhpCli.RunAsync(await page.CopyAsync("php-script"));
        script.Should().Be(new ProgramResult(0, "ok\n", ""));
        await Expect(page.Messages).ToHaveCountAsync(2);

        (await page.CopyAsync("nc")).Should().EndWith($"| nc -w1 -U {ShellQuoted(path)}");
        await Expect(page.Tab.Locator("#line-bash")).ToHaveCountAsync(0);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_lines_follow_the_field_while_it_is_typed_in()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);

        await page.Uid.FillAsync("another");

        await Expect(page.Tab.Locator("#line-nc"))
            .ToHaveTextAsync(
                $$"""printf '%s\n' '{"uid":"another","percent":"88%"}' | nc -w1 127.0.0.1 {{server.Text.Port}}"""
            );
        await Expect(page.State).ToContainTextAsync("Connected as uid1");
    }

    private static string ShellQuoted(string text) =>
        $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static Task<ProgramResult> BashAsync(
        string line,
        params IEnumerable<(string Name, string Value)> environment
    ) =>
        ChildProcess.RunAsync(
            ChildProcess.Locate("PUSHBRIDGE_BASH", "/bin/bash"),
            ["-c", line],
            environment
        );
}
