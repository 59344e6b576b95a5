using System.Net;
using Microsoft.Playwright;
using PushBridge.Connections;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;
using static Microsoft.Playwright.Assertions;

namespace PushBridge.FunctionalTests.Pages;

/// <summary>The operators' page in a real browser.</summary>
public sealed class DashboardPageTests(Chromium chromium)
{
    [Fact]
    public async Task The_numbers_move_when_something_is_pushed()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DashboardPage.WatchAsync(chromium, server);
        await Expect(page.Tab.Locator("#now-connections")).ToHaveTextAsync("0");
        await Expect(page.Tab.Locator("#uids-hint")).ToHaveTextAsync("Nobody is connected yet.");

        await using var raw = await RawClient.JoinAsync(server, "a");
        await using var hub = await HubClient.JoinAsync(server, "a", nth: 2);
        await using var text = await TextBackend.ConnectAsync(server.Text);
        await text.AskAsync("""{"uid":"a"}""");
        await text.AskAsync("""{"uid":"nobody"}""");

        await Expect(page.Tab.Locator("#now-connections")).ToHaveTextAsync("2");
        await Expect(page.Tab.Locator("#now-kinds")).ToHaveTextAsync("1 raw, 1 SignalR");
        await Expect(page.Outcome("text port", 0)).ToHaveTextAsync("1");
        await Expect(page.Outcome("text port", 1)).ToHaveTextAsync("1");
        await Expect(page.Tab.Locator("#outcomes caption"))
            .ToHaveTextAsync("1 message, 2 deliveries");
        await Expect(page.Tab.Locator(".canvas").First)
            .ToHaveAttributeAsync(
                "aria-label",
                "Connections over the last five minutes, now raw 1, hub 1"
            );
    }

    [Fact]
    public async Task One_message_is_one_delivery()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var page = await DashboardPage.WatchAsync(chromium, server);
        await using var text = await TextBackend.ConnectAsync(server.Text);

        await text.AskAsync("""{"uid":"a"}""");

        await Expect(page.Tab.Locator("#outcomes caption"))
            .ToHaveTextAsync("1 message, 1 delivery");
    }

    [Fact]
    public async Task Trouble_of_the_backplane_is_said_at_the_top_until_it_is_over()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}"
        );
        await using var page = await DashboardPage.WatchAsync(chromium, server);
        var alert = page.Tab.GetByRole(AriaRole.Alert).First;
        await Expect(page.Status).ToHaveTextAsync("Live ");
        await Expect(alert).ToHaveTextAsync("");

        await redis.KillAsync();
        await Expect(alert).ToContainTextAsync("The backplane is unreachable.");
        await Expect(page.Status).ToContainTextAsync("Live, but the backplane is unreachable");

        await redis.StartAgainAsync();
        await Expect(page.Status).ToHaveTextAsync("Live ");
        await Expect(page.Tab.Locator("#trouble")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Whoever_watches_is_no_client()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var page = await DashboardPage.WatchAsync(chromium, server);
        using var http = new HttpClient { BaseAddress = server.HttpUrl };

        var answer = await http.PostAsync("/api/broadcast", "1");

        answer.Body.Should().Be("""{"ok":true,"connections":0}""");
        server.Services.GetRequiredService<ConnectionRegistry>().Total.Should().Be(0);
        server.Counter("pushbridge.opened").Should().Be(0);
    }

    [Fact]
    public async Task A_uid_is_found_described_and_kicked()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "alice <b>&");
        await using var other = await RawClient.JoinAsync(server, "bob");
        await using var page = await DashboardPage.WatchAsync(chromium, server);
        await Expect(page.Uids).ToHaveTextAsync(["alice <b>&", "bob"]);
        await Expect(page.Tab.Locator("#uid-title")).ToHaveTextAsync("Connections of a uid");

        await page.Tab.GetByLabel("Uids that begin with").FillAsync("AL");
        await Expect(page.Uids).ToHaveTextAsync(["alice <b>&"]);
        await page.Uids.First.ClickAsync();
        await Expect(page.Tab.Locator("#uid-title")).ToHaveTextAsync("alice <b>&");
        await Expect(page.Tab.Locator("#uid-title")).ToBeFocusedAsync();
        await Expect(page.Tab.Locator("#uid-connections tr")).ToContainTextAsync(["WebSocket"]);

        var reason = page.Tab.GetByLabel("Reason to tell them");
        var kick = page.Tab.Locator("#kick");
        await reason.FillAsync("signed out");
        var place = await PlaceAsync();
        await kick.ClickAsync();
        await Expect(kick).ToHaveTextAsync("Kick 1 connection");
        (await PlaceAsync()).Should().Be(place, "a second press finds what the first one has");
        server.Services.GetRequiredService<ConnectionRegistry>().Total.Should().Be(2);
        await page
            .Tab.GetByRole(AriaRole.Button, new() { Name = "Kick 1 connection" })
            .ClickAsync();

        (await client.Closed).Should().Be((4411, "signed out"));
        await Expect(page.Tab.Locator("#kick-answer")).ToHaveTextAsync("Kicked 1 connection.");
        await Expect(page.Tab.Locator("#uid-closes")).ToContainTextAsync("4411 kicked");
        await Expect(page.Tab.Locator("#uid-hint")).ToHaveTextAsync("It has no connection now.");
        await Expect(page.Tab.Locator("#uids-hint"))
            .ToHaveTextAsync("No connected uid begins with that.");

        async Task<(float, float, float)> PlaceAsync()
        {
            var field = (await reason.BoundingBoxAsync())!;
            var button = (await kick.BoundingBoxAsync())!;
            return (field.Width, button.X, button.Y - field.Y);
        }
    }

    [Fact]
    public async Task A_push_from_the_page_arrives_and_the_page_says_so()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid/1");
        await using var page = await DashboardPage.WatchAsync(chromium, server);
        page.MayLog("400");

        await page.Tab.GetByLabel("Uid", new() { Exact = true }).FillAsync("uid/1");
        await page.Tab.GetByLabel("Payload").FillAsync(" {\"n\": 1.0} ");
        await page.PushAsync();
        await Expect(page.Answer).ToHaveTextAsync("Taken by 1 connection.");
        (await client.NextAsync()).Should().Be("{\"n\": 1.0}");

        await page.Tab.GetByLabel("everybody").CheckAsync();
        await page.PushAsync();
        await Expect(page.Answer).ToHaveTextAsync("Taken by 1 connection.");
        await client.NextAsync();

        await page.Tab.GetByLabel("a group").CheckAsync();
        await page.Tab.GetByLabel("Group", new() { Exact = true }).FillAsync("news");
        await page.PushAsync();
        await Expect(page.Answer).ToHaveTextAsync("Nobody it is for is connected.");

        await page.Tab.GetByLabel("Payload").FillAsync("{");
        await page.PushAsync();
        await Expect(page.Answer).ToHaveTextAsync("The payload is not one JSON value.");
    }

    [Fact]
    public async Task The_page_can_be_worked_by_keyboard_alone()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var page = await DashboardPage.WatchAsync(chromium, server);
        await Expect(page.Uids).ToHaveCountAsync(1);

        await page.Tab.Keyboard.PressAsync("Tab");
        await page.Tab.Keyboard.PressAsync("Enter");
        await page.Tab.Keyboard.PressAsync("Tab");
        await Expect(page.Tab.Locator("#search")).ToBeFocusedAsync();
        await page.Tab.Keyboard.PressAsync("Tab");
        await page.Tab.Keyboard.PressAsync("Tab");
        await Expect(page.Uids.First).ToBeFocusedAsync();
        await page.Tab.Keyboard.PressAsync("Enter");
        await Expect(page.Tab.Locator("#uid-title")).ToBeFocusedAsync();
        await page.Tab.GetByLabel("Payload").FocusAsync();
        await page.Tab.Keyboard.PressAsync("Tab");
        await page.Tab.Keyboard.PressAsync("Space");

        await Expect(page.Answer).ToHaveTextAsync("Taken by 1 connection.");
        (await client.NextAsync()).Should().Be("{\"percent\": \"88%\"}");
    }

    [Fact]
    public async Task The_page_comes_back_with_its_server_and_knows_what_it_missed()
    {
        var server = await PushBridgeServer.StartAsync();
        await using var page = await DashboardPage.WatchAsync(chromium, server);
        page.MayLog("ERR_CONNECTION_REFUSED");
        page.MayLog("WebSocket connection");
        var address = server.Http;

        await server.DisposeAsync();
        await Expect(page.Status).ToContainTextAsync("The server is gone.");
        await using var successor = await PushBridgeServer.StartAsync($"Http:Listen={address}");
        await using var client = await RawClient.JoinAsync(successor, "a");

        await page.ExpectLiveAsync();
        await Expect(page.Tab.Locator("#now-connections")).ToHaveTextAsync("1");
        await Expect(page.Uids).ToHaveTextAsync(["a"]);
    }

    [Fact]
    public async Task Without_the_secret_it_asks_for_one_and_keeps_it_in_the_tab_only()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Backends:Secrets:0=0123456789abcdef"
        );
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var page = await DashboardPage.OpenAsync(chromium, server);
        page.MayLog("401");

        await Expect(page.Secret).ToBeFocusedAsync();
        await page.Secret.FillAsync("wrong");
        await page.Secret.PressAsync("Enter");
        await Expect(page.Tab.Locator("#sign-in-problem"))
            .ToHaveTextAsync("That secret is not right.");
        await page.Secret.FillAsync("0123456789abcdef");
        await page.Secret.PressAsync("Enter");
        await page.ExpectLiveAsync();
        await page.Tab.ReloadAsync();
        await page.ExpectLiveAsync();
        await Expect(page.Uids).ToHaveTextAsync(["a"]);
        await page.Tab.GetByLabel("Uid", new() { Exact = true }).FillAsync("a");
        await page.PushAsync();
        await Expect(page.Answer).ToHaveTextAsync("Taken by 1 connection.");

        (await page.Tab.EvaluateAsync<string>("() => JSON.stringify(sessionStorage)"))
            .Should()
            .Be("""{"pushbridge.secret":"0123456789abcdef"}""");
        (await page.Tab.EvaluateAsync<int>("() => localStorage.length")).Should().Be(0);
        (await page.Tab.EvaluateAsync<string>("() => document.cookie + location"))
            .Should()
            .Be(server.HttpUrl.AbsoluteUri);
    }

    [Fact]
    public async Task The_page_fits_a_phone_even_with_the_longest_uid()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, new string('W', 256));
        await using var page = await DashboardPage.OpenAsync(chromium, server, width: 390);

        await page.Uids.First.ClickAsync();
        await Expect(page.Tab.Locator("#uid-connections tr")).ToHaveCountAsync(1);

        (await page.Tab.EvaluateAsync<int>("() => document.documentElement.scrollWidth"))
            .Should()
            .Be(390);
    }

    [Fact]
    public async Task The_page_is_small_and_strict()
    {
        await using var server = await PushBridgeServer.StartAsync();
        var profile = await chromium.NewProfileAsync();
        var tab = await profile.NewPageAsync();
        var wire = await profile.NewCDPSessionAsync(tab);
        var bytes = 0.0;
        await wire.SendAsync("Network.enable");
        wire.Event("Network.loadingFinished").OnEvent += (_, finished) =>
            bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();

        var document = await tab.GotoAsync(server.HttpUrl.AbsoluteUri);
        await Expect(tab.Locator("#status")).ToContainTextAsync("Live");

        bytes.Should().BeInRange(20_000, 60_000);
        document!
            .Headers["content-security-policy"]
            .Should()
            .StartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        await profile.CloseAsync();
    }

    [Fact]
    public async Task The_clients_port_does_not_serve_it()
    {
        await using var server = await PushBridgeServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.ClientsUrl };

        (await http.GetAsync("/dashboard/index.html"))
            .StatusCode.Should()
            .Be(HttpStatusCode.NotFound);
        (await http.GetAsync("/Dashboard/dashboard.js"))
            .StatusCode.Should()
            .Be(HttpStatusCode.NotFound);
    }
}
