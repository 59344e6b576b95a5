using Microsoft.Playwright;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>
/// A page of somebody else's, in a real browser, with everything that a page has: it pushes through no port, connects to none,
/// and reads nothing.
/// </summary>
public sealed class ForeignPageTests(Chromium chromium)
{
    /// <summary>Each attempt gives what the page could read, or null.</summary>
    private const string Attempts = """
        async ({ text, http, clients }) => {
          const line = '{"uid":"victim","from":"a page"}';
          const results = [];
          const attempt = async (name, work) => {
            let read = null;
            try { read = await work(); } catch { }
            results.push([name, read ?? null]);
          };
          const timed = (start) => new Promise((resolve) => { start(resolve); setTimeout(() => resolve(null), 1500); });
          const urls = [`http://${text}/`, `http://${http}/api/push/victim`, `http://${http}/api/commands`, `http://${clients}/hub/negotiate?negotiateVersion=1`];
          const work = [];
          for (const url of urls)
            for (const mode of ['cors', 'no-cors', 'same-origin'])
              for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded'])
                work.push(attempt(`fetch ${mode} ${type} ${url}`, async () =>
                  (await (await fetch(url, { method: 'POST', mode, headers: { 'Content-Type': type }, body: `\n${line}\n` })).text()) || null));
          for (const url of [...urls, `http://${http}/api/count`, `http://${http}/api/uids/victim`, `http://${clients}/demo.json`])
            work.push(attempt(`fetch ${url}`, async () => (await (await fetch(url)).text()) || null));
          for (const url of urls)
            for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
              navigator.sendBeacon(url, new Blob([`\n${line}\n`], { type }));
          for (const url of urls) {
            const frame = document.body.appendChild(document.createElement('iframe'));
            frame.name = `frame${Math.random()}`;
            const form = document.body.appendChild(document.createElement('form'));
            Object.assign(form, { method: 'post', enctype: 'text/plain', action: url, target: frame.name });
            form.appendChild(Object.assign(document.createElement('input'), { name: '\n{"uid":"victim","x":"', value: '"}\n' }));
            form.submit();
          }
          for (const host of [text, http, clients])
            for (const path of ['/', '/hub', '/hub?uid=victim'])
              work.push(attempt(`WebSocket ${host}${path}`, () => timed((resolve) => {
                const socket = new WebSocket(`ws://${host}${path}`);
                socket.onopen = () => { socket.send('victim'); resolve('opened'); };
                socket.onmessage = (event) => resolve(event.data);
                socket.onerror = () => resolve(null);
              })));
          for (const url of [`http://${clients}/hub?uid=victim`, `http://${text}/`, `http://${http}/api/count`])
            work.push(attempt(`EventSource ${url}`, () => timed((resolve) => {
              const source = new EventSource(url);
              source.onopen = () => resolve('opened');
              source.onmessage = (event) => resolve(event.data);
              source.onerror = () => { source.close(); resolve(null); };
            })));
          for (const tag of ['img', 'script'])
            for (const url of [`http://${text}/`, `http://${http}/api/count`, `http://${http}/api/uids/victim`])
              work.push(attempt(`${tag} ${url}`, () => timed((resolve) => {
                const element = document.createElement(tag);
                element.onload = () => resolve(tag === 'img' ? 'loaded' : null);
                element.onerror = () => resolve(null);
                element.src = url;
                document.body.appendChild(element);
              })));
          await Promise.all(work);
          return results.map(([name, read]) => `${name}: ${read}`);
        }
        """;

    [Fact]
    public async Task A_foreign_page_pushes_nothing_and_reads_nothing()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var victim = await RawClient.JoinAsync(server, "victim");
        await using WebApplication site = await SiteAsync();
        await using IBrowserContext profile = await chromium.NewProfileAsync();
        IPage page = await profile.NewPageAsync();
        await page.GotoAsync(site.Urls.Single());

        string[] results = await page.EvaluateAsync<string[]>(
            Attempts,
            new
            {
                text = server.Text.ToString(),
                http = server.Http.ToString(),
                clients = server.Clients.ToString(),
            }
        );

        results
            .Should()
            .HaveCountGreaterThan(50)
            .And.OnlyContain(result => result.EndsWith(": null", StringComparison.Ordinal));
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("{\"$cmd\":\"count\"}"))
            .Should()
            .Be("{\"ok\":true,\"connections\":1,\"uids\":1}");
        (await backend.AskAsync("{\"uid\":\"victim\",\"from\":\"us\"}")).Should().Be("ok");
        (await victim.NextAsync())
            .Should()
            .Be("{\"uid\":\"victim\",\"from\":\"us\"}", "nothing came before it");
        server
            .Counter("pushbridge.text.foreign_protocols")
            .Should()
            .BePositive("the page did reach the text port");
    }

    private static async Task<WebApplication> SiteAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication site = builder.Build();
        site.Run(context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(
                "<!doctype html><title>a foreign page</title><body></body>"
            );
        });
        await site.StartAsync();
        return site;
    }
}
