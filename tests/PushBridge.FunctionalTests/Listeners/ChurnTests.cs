using System.Net;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Listeners;

/// <summary>A hundred listeners, one after the other, while everybody else is at work.</summary>
public sealed class ChurnTests
{
    private const int Listeners = 100;
    private static readonly string[] Protocols = ["clients", "text", "http"];

    [Fact]
    public async Task A_hundred_listeners_come_and_go_and_nothing_is_lost_elsewhere_or_left_behind()
    {
        await using var server = await ServerProcess.StartAsync();
        using ListenerApi api = new(server.HttpUrl);
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        await using RawClient raw = await RawClient.ConnectAsync(server.ClientsUrl, "uid1");
        await using HubClient hub = await HubClient.ConnectAsync(server.ClientsUrl, "uid1");
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        await OnlineAsync(backend, "uid1", 2);
        await api.ShowAsync();
        int sockets = server.Sockets;
        using CancellationTokenSource done = new();

        Task<int> texts = PushAsync(n => AskAsync(backend, n), done.Token);
        Task<int> posts = PushAsync(n => PostAsync(http, n), done.Token);
        for (int i = 0; i < Listeners; i++)
        {
            string protocol = Protocols[i % Protocols.Length];
            IPEndPoint address = await api.OpenAsync($"l{i}", protocol);
            await using IAsyncDisposable used = await UseAsync(protocol, address);
            (await api.CloseAsync($"l{i}", dismiss: i % 2 == 0)).Status.Should().Be(200);
        }
        await done.CancelAsync();
        int[] sent = [await texts, await posts];

        string[] seenByRaw = await raw.NextAsync(sent.Sum());
        InOrder(seenByRaw, "t").Should().HaveCount(sent[0]);
        InOrder(seenByRaw, "h").Should().HaveCount(sent[1]);
        string[] seenByHub = new string[sent.Sum()];
        for (int i = 0; i < seenByHub.Length; i++)
        {
            seenByHub[i] = await hub.NextAsync();
        }
        InOrder(seenByHub, "t").Should().HaveCount(sent[0]);
        InOrder(seenByHub, "h").Should().HaveCount(sent[1]);
        sent.Should().OnlyContain(count => count > Listeners, "there was traffic all the time");
        (await api.ShowAsync()).Keys.Should().Equal("clients", "text", "http");
        await PushBridgeServer.EventuallyAsync(
            () => server.Sockets <= sockets + 1,
            $"{sockets} sockets again"
        );
        server.Errors.Should().BeEmpty();
    }

    private static async Task<int> PushAsync(Func<int, Task> push, CancellationToken done)
    {
        int sent = 0;
        while (!done.IsCancellationRequested)
        {
            await push(sent++);
        }
        return sent;
    }

    private static async Task AskAsync(TextBackend backend, int n) =>
        (await backend.AskAsync($$"""{"$cmd":"push","uid":"uid1","data":"t{{n}}"}"""))
            .Should()
            .Be("ok");

    private static async Task PostAsync(HttpClient http, int n) =>
        (await http.PostAsync("/api/push/uid1", $"\"h{n}\""))
            .IsReply("""{"ok":true,"connections":2}""")
            .Should()
            .BeTrue();

    /// <summary>Those of one backend, which must be all there are and in their order.</summary>
    private static string[] InOrder(string[] messages, string sender)
    {
        string[] its =
        [
            .. messages.Where(message =>
                message.StartsWith($"\"{sender}", StringComparison.Ordinal)
            ),
        ];
        its.Should().Equal(Enumerable.Range(0, its.Length).Select(n => $"\"{sender}{n}\""));
        return its;
    }

    /// <summary>Somebody connects, and stays until the listener has closed.</summary>
    private static async Task<IAsyncDisposable> UseAsync(string protocol, IPEndPoint address)
    {
        Uri url = new($"http://{address}");
        switch (protocol)
        {
            case "clients":
                RawClient client = await RawClient.ConnectAsync(url, "uid2");
                await client.SayAsync("heartbeat");
                (await client.NextAsync()).Should().BeEmpty();
                return client;
            case "text":
                TextBackend backend = await TextBackend.ConnectAsync(address);
                (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
                return backend;
            default:
                Visitor visitor = new(url);
                await visitor.AskAsync();
                return visitor;
        }
    }

    private static async Task OnlineAsync(TextBackend backend, string uid, int connections)
    {
        string expected = $$$"""{"ok":true,"online":{"{{{uid}}}":{{{connections}}}}}""";
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
        while (await backend.AskAsync($$"""{"$cmd":"online","uid":"{{uid}}"}""") != expected)
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A program with a connection that it keeps.</summary>
    private sealed class Visitor(Uri url) : IAsyncDisposable
    {
        private readonly HttpClient http = new() { BaseAddress = url };

        public async Task AskAsync() =>
            (await http.AskAsync(HttpMethod.Get, "/api/count")).Status.Should().Be(200);

        public ValueTask DisposeAsync()
        {
            http.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
