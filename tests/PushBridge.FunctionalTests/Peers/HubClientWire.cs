using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>The hub protocol by hand on a WebSocket without negotiation: sees every record, and reads only when asked.</summary>
internal sealed class HubClientWire : IAsyncDisposable
{
    private const char RecordEnd = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket socket;
    private readonly Queue<string> records = new();
    private string partial = "";

    private HubClientWire(ClientWebSocket connected) => socket = connected;

    /// <summary>Connects with the given query, such as <c>?uid=a</c>, and shakes hands.</summary>
    public static async Task<HubClientWire> ConnectAsync(Uri clientsUrl, string query)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                // A small window: a client that does not read is noticed after kilobytes, not megabytes.
                ConnectCallback = async (context, cancellation) =>
                {
                    var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp)
                    {
                        ReceiveBufferSize = 4096,
                    };
                    await tcp.ConnectAsync(context.DnsEndPoint, cancellation);
                    return new NetworkStream(tcp, ownsSocket: true);
                },
            }
        );
        var client = new HubClientWire(new ClientWebSocket());
        var url = new UriBuilder(clientsUrl)
        {
            Scheme = "ws",
            Path = "/hub",
            Query = query,
        }.Uri;
        await client.socket.ConnectAsync(url, http, deadline.Token);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        (await client.NextAsync()).Should().Be("{}", "that is the answer to the handshake");
        return client;
    }

    public Task SendAsync(string record) =>
        socket.SendAsync(
            Encoding.UTF8.GetBytes(record + RecordEnd),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );

    /// <summary>The next record; <see langword="null"/> when the server closed the connection.</summary>
    public async Task<string?> NextAsync()
    {
        var buffer = new byte[16 * 1024];
        using var deadline = new CancellationTokenSource(Patience);
        while (records.Count == 0)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            var pieces = (partial + Encoding.UTF8.GetString(buffer, 0, read.Count)).Split(
                RecordEnd
            );
            partial = pieces[^1];
            foreach (var record in pieces[..^1])
            {
                records.Enqueue(record);
            }
        }

        return records.Dequeue();
    }

    /// <summary>
    /// Reads to the end of the connection. Every close message (type 7) counts: a second one without permission to
    /// reconnect takes the permission of the first back.
    /// </summary>
    public async Task<(string Error, bool MayReconnect)> CloseMessageAsync()
    {
        List<JsonElement> closes = [];
        while (await NextAsync() is { } record)
        {
            JsonElement message = JsonSerializer.Deserialize<JsonElement>(record);
            if (message.GetProperty("type").GetInt32() == 7)
            {
                closes.Add(message);
            }
        }

        closes.Should().NotBeEmpty("the connection must not end without a close message");
        return (
            closes[0].TryGetProperty("error", out JsonElement error) ? error.GetString()! : "",
            closes.TrueForAll(close =>
                close.TryGetProperty("allowReconnect", out JsonElement allowed)
                && allowed.GetBoolean()
            )
        );
    }

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
