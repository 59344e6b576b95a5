using System.Net;
using System.Text;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>
/// One row under way: the hostile connection, its uid, and a bystander, a healthy client of that uid that must get what the row
/// says is relayed and nothing else.
/// </summary>
internal sealed class RowPeer(PushBridgeServer server, string uid, Port port) : IAsyncDisposable
{
    private readonly List<WebSocketPeer> connections = [];
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private WebSocketPeer? bystander;

    /// <summary>The connection that the steps work on.</summary>
    internal WebSocketPeer Wire => connections[^1];

    internal IEnumerable<WebSocketPeer> Earlier => connections.SkipLast(1);

    internal IPEndPoint Server =>
        port switch
        {
            Port.Text => server.Text,
            Port.Http => server.Http,
            _ => server.Clients,
        };

    internal async Task RunAsync(IEnumerable<Step> steps)
    {
        names["$ME"] = uid;
        names["$HOST"] = Server.ToString();
        names["$PORT"] = Server.Port.ToString();
        bystander = await WebSocketPeer.ConnectAsync(server, uid);
        await ConnectAsync();
        foreach (Step step in steps)
        {
            await step(this);
        }

        await ShouldHaveRelayedAsync(
            $$"""{"uid":"{{uid}}","text":"the end of the row"}""",
            push: true
        );
        await bystander.CloseAsync();
    }

    /// <summary>Opens one more connection to the row's port; the steps go on with it.</summary>
    internal async Task ConnectAsync() => connections.Add(await WebSocketPeer.ConnectAsync(Server));

    /// <summary>The bytes of a row's text, one each character, names filled in.</summary>
    internal byte[] Bytes(string text) => Encoding.Latin1.GetBytes(Fill(text));

    internal string Fill(string text)
    {
        foreach ((string name, string value) in names)
        {
            text = text.Replace(name, value, StringComparison.Ordinal);
        }

        return text;
    }

    internal void Remember(string name, string value) => names[name] = value;

    /// <summary>The bystander's next message is this one.</summary>
    internal async Task ShouldHaveRelayedAsync(string line, bool push = false)
    {
        if (push)
        {
            await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
            (await backend.AskAsync(line)).Should().Be("ok");
        }

        byte[] message = await bystander!.ReadMessageAsync();
        Encoding
            .Latin1.GetString(message)
            .Should()
            .Be(Fill(line), "it is the bystander's next message");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WebSocketPeer connection in connections)
        {
            await connection.DisposeAsync();
        }

        if (bystander is not null)
        {
            await bystander.DisposeAsync();
        }
    }
}
