using Microsoft.Playwright;
using PushBridge.Connections;
using PushBridge.FunctionalTests.Authentication;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using static Microsoft.Playwright.Assertions;

namespace PushBridge.FunctionalTests.Pages;

public sealed class DemoPageTests(Chromium chromium)
{
    [Fact]
    public async Task A_visitor_is_connected_as_uid1_and_sees_what_is_pushed()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.OpenAsync(await chromium.NewProfileAsync(), server);
        await server.WaitForUidAsync("uid1");
        await Expect(page.State).ToContainTextAsync("Connected as uid1");

        await PushAsync(server, """{"uid":"uid1","percent":"88%"}""");

        await page.ExpectNewestAsync("""{"uid":"uid1","percent":"88%"}""");
        await Expect(page.Bar).ToHaveJSPropertyAsync("value", 88);
        await Expect(page.Tab.Locator("#percent")).ToHaveTextAsync("88 %");
    }

    [Fact]
    public async Task The_page_runs_under_its_content_security_policy_and_weighs_under_60_kB()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);
        await Expect(page.State).ToContainTextAsync("Connected as uid1");

        using var http = new HttpClient();
        using var document = await http.GetAsync(server.ClientsUrl);
        document
            .Headers.GetValues("Content-Security-Policy")
            .Single()
            .Should()
            .Contain("default-src 'self'");

        var weight = 0;
        foreach (
            var url in page
                .Loaded.Select(url => url.GetLeftPart(UriPartial.Path))
                .Distinct(StringComparer.Ordinal)
        )
        {
            weight += (await http.GetByteArrayAsync(url)).Length;
        }

        weight.Should().BeInRange(10_000, 60_000);
    }

    [Fact]
    public async Task Payloads_are_shown_as_text_to_the_byte()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);
        const string Payload = """
            { "uid":"uid1",  "a":"<img src=x onerror=alert(1)>\u4f60 \" مرحبا 世界", "n":-1.50e+3 ,"z":[null,true] }
            """;

        await PushAsync(server, Payload);

        await page.ExpectNewestAsync(Payload);
        await Expect(page.Messages.Locator("img")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_bar_follows_every_percent_that_makes_sense_and_no_other()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);
        (string Percent, double Bar)[] steps =
        [
            ("\"12%\"", 12),
            ("true", 12),
            ("34", 34),
            ("null", 34),
            ("\"56.5\"", 56.5),
            ("\"soon\"", 56.5),
            ("\"\"", 56.5),
            ("{\"a\":1}", 56.5),
            ("\"140%\"", 100),
            ("[7]", 100),
            ("-3", 0),
        ];

        foreach (var (percent, bar) in steps)
        {
            var line = $$"""{"uid":"uid1","percent":{{percent}}}""";
            await PushAsync(server, line);
            await page.ExpectNewestAsync(line);
            await Expect(page.Bar).ToHaveJSPropertyAsync("value", bar);
            await Expect(page.Tab.Locator("#percent")).ToHaveTextAsync($"{bar} %");
        }
    }

    [Fact]
    public async Task The_list_keeps_the_newest_hundred_and_counts_all()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);

        var lines = Enumerable.Range(1, 250).Select(n => $$"""{"uid":"uid1","n":{{n}}}""");
        await PushAsync(server, [.. lines]);

        await Expect(page.Tab.Locator("#count"))
            .ToHaveTextAsync("250 received, the latest 100 shown");
        await Expect(page.Messages).ToHaveCountAsync(100);
        await page.ExpectNewestAsync("""{"uid":"uid1","n":250}""");
        await Expect(page.Messages.Last).ToHaveTextAsync("""{"uid":"uid1","n":151}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("257")]
    public async Task A_refused_uid_is_said_plainly_and_not_tried_again(string uid)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);

        await page.ConnectAsync(uid.Length == 0 ? "" : new string('x', 257));

        await Expect(page.State).ToContainTextAsync("Closed with code 4400");
        await Expect(page.State).ToContainTextAsync("Bad uid: it must be 1 to 256 bytes long");
        await Expect(page.Tab.Locator("#retry")).ToBeHiddenAsync();
        await server.WaitForUidAsync("uid1", 0);

        await page.ConnectAsync("uid2");
        await server.WaitForUidAsync("uid2");
        await Expect(page.State).ToContainTextAsync("Connected as uid2");
    }

    [Fact]
    public async Task The_page_disconnects_on_request_and_stays_away()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);

        await page.Tab.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();

        await Expect(page.State).ToContainTextAsync("You closed the connection");
        await server.WaitForUidAsync("uid1", 0);
    }

    [Fact]
    public async Task The_page_comes_back_when_its_server_does()
    {
        var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);
        page.ServerMayLeave();
        var clients = server.Clients;

        await server.DisposeAsync();
        await Expect(page.Tab.Locator("#retry")).ToContainTextAsync("Trying again");

        await using var successor = await PushBridgeServer.StartAsync($"Clients:Listen={clients}");
        await page.Tab.BringToFrontAsync();
        await page.Uid.PressAsync("Enter");
        await successor.WaitForUidAsync("uid1");
        await Expect(page.State).ToContainTextAsync("Connected as uid1");
    }

    [Fact]
    public async Task The_uid_is_remembered()
    {
        await using var server = await PushBridgeServer.StartAsync();
        var profile = await chromium.NewProfileAsync();
        await using var page = await DemoPage.OpenAsync(profile, server, "?uid=from%20the%20link");
        await server.WaitForUidAsync("from the link");

        await page.Tab.GotoAsync(server.ClientsUrl.AbsoluteUri);

        await Expect(page.Uid).ToHaveValueAsync("from the link");
        await server.WaitForUidAsync("from the link");
    }

    [Fact]
    public async Task Two_tabs_of_a_uid_both_get_every_message_and_either_may_leave()
    {
        await using var server = await PushBridgeServer.StartAsync();
        var profile = await chromium.NewProfileAsync();
        await using var first = await DemoPage.OpenAsync(profile, server);
        await using var second = await DemoPage.OpenAsync(profile, server);
        await using var third = await DemoPage.OpenAsync(profile, server);
        await server.WaitForUidAsync("uid1", 3);
        await PushAsync(server, """{"uid":"uid1","n":1}""");
        await first.ExpectNewestAsync("""{"uid":"uid1","n":1}""");
        await second.ExpectNewestAsync("""{"uid":"uid1","n":1}""");
        await third.ExpectNewestAsync("""{"uid":"uid1","n":1}""");

        // The oldest leaves, then the newest: in neither case may the one between lose its place.
        await first.Tab.CloseAsync();
        await server.WaitForUidAsync("uid1", 2);
        await PushAsync(server, """{"uid":"uid1","n":2}""");
        await second.ExpectNewestAsync("""{"uid":"uid1","n":2}""");

        await third.Tab.CloseAsync();
        await server.WaitForUidAsync("uid1", 1);
        await PushAsync(server, """{"uid":"uid1","n":3}""");
        await second.ExpectNewestAsync("""{"uid":"uid1","n":3}""");
        await Expect(second.Messages).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task The_page_knows_every_close_code_of_the_server()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.ListenAsync(chromium, server);

        foreach (var reason in CloseReason.All)
        {
            var meaning = await page.Tab.EvaluateAsync<string>(
                "async code => (await import('/close-codes.js')).meaningOf(code)",
                reason.Code
            );
            meaning.Should().NotContain("does not know", "of {0}", reason);
        }
    }

    [Fact]
    public async Task The_page_fits_a_phone_even_with_the_longest_uid()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DemoPage.OpenAsync(
            await chromium.NewProfileAsync(width: 390),
            server
        );

        await page.ConnectAsync(new string('W', 256));
        await server.WaitForUidAsync(new string('W', 256));
        await PushAsync(server, $$"""{"uid":"{{new string('W', 256)}}"}""");
        await Expect(page.Messages).ToHaveCountAsync(1);

        (await page.Tab.EvaluateAsync<int>("() => document.documentElement.scrollWidth"))
            .Should()
            .Be(390);
    }

    [Fact]
    public async Task Where_clients_show_a_token_the_page_asks_for_one_and_keeps_none()
    {
        await using var server = await PushBridgeServer.StartAsync(TokenServer.Settings);
        var profile = await chromium.NewProfileAsync();
        await using var page = await DemoPage.OpenAsync(profile, server);
        var field = page.Tab.GetByLabel("token", new() { Exact = true });

        await Expect(page.State).ToContainTextAsync("Not connected");
        await Expect(field).ToHaveValueAsync("");
        await field.FillAsync("uid1");
        await field.PressAsync("Enter");
        await Expect(page.State).ToContainTextAsync("Closed with code 4401");
        await field.FillAsync(TestTokens.For("u7"));
        await field.PressAsync("Enter");
        await server.WaitForUidAsync("u7");

        await Expect(page.State).ToContainTextAsync("Connected as u7");
        await Expect(page.Tab.Locator("#line-nc")).ToContainTextAsync("\"uid\":\"u7\"");
        (await page.Tab.EvaluateAsync<int>("() => localStorage.length")).Should().Be(0);
    }

    [Fact]
    public async Task Where_an_application_is_asked_the_page_claims_no_uid()
    {
        await using var service = await TestService.StartAsync(
            TestService.Json("""{"uid":"u7"}""")
        );
        await using var server = await PushBridgeServer.StartAsync(
            "Clients:Authentication:Mode=webhook",
            $"Clients:Authentication:Webhook:Url={service.Url}"
        );
        await using var page = await DemoPage.OpenAsync(await chromium.NewProfileAsync(), server);
        await server.WaitForUidAsync("u7");

        await Expect(page.State).ToHaveTextAsync("Connected");
        await Expect(page.Tab.Locator("#uid-hint")).ToContainTextAsync("Your application is asked");

        service.AnswerAsync = TestService.Status(401);
        await page.Uid.FillAsync("somebody else");
        await page.Uid.PressAsync("Enter");
        await Expect(page.State).ToContainTextAsync("that does not know this one");
    }

    private static async Task PushAsync(PushBridgeServer server, params string[] lines)
    {
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await backend.SendAsync(string.Concat(lines.Select(line => line + "\n")));
        (await backend.ReadLinesAsync(lines.Length)).Should().OnlyContain(reply => reply == "ok");
    }
}
