using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Documents;

/// <summary>Plays the steps of an <c>exchange</c> block; PROTOCOL.md says what they mean.</summary>
internal sealed class ExchangePlayer : IAsyncDisposable
{
    private const string Last = "{\"the\":\"end\"}";

    private readonly PushBridgeServer server;
    private readonly TextBackend backend;
    private readonly Dictionary<string, RawClient> clients = [];

    private ExchangePlayer(PushBridgeServer server, TextBackend backend)
    {
        this.server = server;
        this.backend = backend;
    }

    public static async Task<ExchangePlayer> ConnectAsync(PushBridgeServer server) =>
        new(server, await TextBackend.ConnectAsync(server.Text));

    public Task PlayAsync(string step)
    {
        if (step.StartsWith("> ", StringComparison.Ordinal))
        {
            return backend.SendAsync(step[2..] + "\n");
        }
        if (step.StartsWith("< ", StringComparison.Ordinal))
        {
            return ExpectReplyAsync(step[2..]);
        }
        return step.Split(' ', 3) switch
        {
            [var client, "connects"] => ConnectClientAsync(client),
            [var client, "gets", var message] => ExpectMessageAsync(client, message),
            [var client, "closes", var reason] => ExpectCloseAsync(client, reason),
            _ => throw new FormatException($"Not a step of an exchange: {step}"),
        };
    }

    /// <summary>A last message to everybody must be the next one that everybody gets.</summary>
    public async Task ExpectNothingUnreadAsync()
    {
        await using TextBackend other = await TextBackend.ConnectAsync(server.Text);
        string reply = await other.AskAsync($$"""{"$cmd":"broadcast","data":{{Last}}}""");
        reply.Should().Be("ok");
        foreach (string client in clients.Keys)
        {
            await ExpectMessageAsync(client, Last);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RawClient client in clients.Values)
        {
            await client.DisposeAsync();
        }
        await backend.DisposeAsync();
    }

    private async Task ConnectClientAsync(string name)
    {
        string uid = name.Split('/')[0];
        int nth = 1 + clients.Keys.Count(other => other.Split('/')[0] == uid);
        clients[name] = await RawClient.JoinAsync(server, uid, nth);
    }

    private async Task ExpectReplyAsync(string reply) =>
        (await backend.ReadLineAsync()).Should().Be(reply);

    private async Task ExpectMessageAsync(string client, string message) =>
        (await clients[client].NextAsync()).Should().Be(message, $"{client} gets it");

    private async Task ExpectCloseAsync(string client, string reason)
    {
        (int code, string text) = await clients[client].Closed;
        $"with {code} {text}".Should().Be(reason);
        await clients[client].DisposeAsync();
        clients.Remove(client);
    }
}
