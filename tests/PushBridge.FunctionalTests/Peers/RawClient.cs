using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>A browser without SignalR: .NET's WebSocket client that says its uid and collects what arrives.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket socket = new();
    private readonly Channel<string> messages = Channel.CreateUnbounded<string>();
    private Action<string>? received;
    private readonly TaskCompletionSource<(int Code, string Reason)> closed = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private Task reading = Task.CompletedTask;

    private RawClient() { }

    /// <summary>The close code and reason the server sent; 1006 when it sent none.</summary>
    public Task<(int Code, string Reason)> Closed => closed.Task.WaitAsync(Patience);

    /// <summary>The close code, however long that takes.</summary>
    public async Task<int> EndedAsync() => (await closed.Task).Code;

    /// <summary>Connects, says the uid and waits until the server counts <paramref name="nth"/> connections of it.</summary>
    public static async Task<RawClient> JoinAsync(PushBridgeServer server, string uid, int nth = 1)
    {
        var client = await ConnectAsync(server.ClientsUrl, uid);
        await server.WaitForUidAsync(uid, nth);
        return client;
    }

    /// <summary>Connects with what a request may carry beside its handshake, and says nothing.</summary>
    /// <param name="url">The address, with its query.</param>
    /// <param name="headers">Further headers.</param>
    public static async Task<RawClient> OpenAsync(
        Uri url,
        params (string Name, string Value)[] headers
    )
    {
        var client = new RawClient();
        foreach (var (name, value) in headers)
        {
            client.socket.Options.SetRequestHeader(name, value);
        }
        using var deadline = new CancellationTokenSource(Patience);
        await client.socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws" }.Uri, deadline.Token);
        client.reading = client.ReadAsync();
        return client;
    }

    /// <summary>Connects and says the uid, which the server does not answer; says nothing when the uid is null.</summary>
    /// <param name="clientsUrl">Where the server listens for clients.</param>
    /// <param name="uid">The uid.</param>
    /// <param name="received">Gets every message at once, in place of <see cref="NextAsync()"/>.</param>
    public static async Task<RawClient> ConnectAsync(
        Uri clientsUrl,
        string? uid,
        Action<string>? received = null
    )
    {
        var client = new RawClient { received = received };
        using var deadline = new CancellationTokenSource(Patience);
        await client.socket.ConnectAsync(
            new UriBuilder(clientsUrl) { Scheme = "ws" }.Uri,
            deadline.Token
        );
        if (uid is not null)
        {
            await client.socket.SendAsync(
                Encoding.UTF8.GetBytes(uid),
                WebSocketMessageType.Text,
                WebSocketMessageFlags.EndOfMessage,
                deadline.Token
            );
        }

        client.reading = client.ReadAsync();
        return client;
    }

    /// <summary>Says something.</summary>
    public async Task SayAsync(string words)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(words),
            WebSocketMessageType.Text,
            WebSocketMessageFlags.EndOfMessage,
            deadline.Token
        );
    }

    /// <summary>What became of it: 0 when the server knows it, or the code it was closed with.</summary>
    public async Task<int> CodeAsync()
    {
        try
        {
            await SayAsync("heartbeat");
        }
        catch (WebSocketException)
        {
            // Closed before it could ask.
        }
        Task<string> answer = NextAsync();
        await Task.WhenAny(answer, closed.Task);
        return closed.Task.IsCompleted ? closed.Task.Result.Code : 0;
    }

    /// <summary>The next message's exact text.</summary>
    public async Task<string> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await messages.Reader.ReadAsync(deadline.Token);
    }

    public async Task<string[]> NextAsync(int count)
    {
        var next = new string[count];
        for (var i = 0; i < count; i++)
        {
            next[i] = await NextAsync();
        }

        return next;
    }

    public async Task SendAsync(string text)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(text),
            WebSocketMessageType.Text,
            WebSocketMessageFlags.EndOfMessage,
            deadline.Token
        );
    }

    /// <summary>Says goodbye with code 1000 and waits for the answer.</summary>
    public async Task LeaveAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await socket.CloseOutputAsync(
            WebSocketCloseStatus.NormalClosure,
            statusDescription: null,
            deadline.Token
        );
        await Closed;
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            var buffer = new byte[16 * 1024];
            var message = new MemoryStream();
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    await AnswerCloseAsync();
                    break;
                }

                message.Write(buffer, 0, read.Count);
                if (read.EndOfMessage)
                {
                    // A binary message would be a defect: make it visible instead of reading it as text.
                    var prefix = read.MessageType == WebSocketMessageType.Binary ? "(binary) " : "";
                    Take(prefix + Encoding.UTF8.GetString(message.ToArray()));
                    message.SetLength(0);
                }
            }
        }
        catch (Exception e)
            when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // No close frame: the server dropped the connection, or the test did.
        }

        var code = (int?)socket.CloseStatus ?? 1006;
        var reason = socket.CloseStatusDescription ?? "";
        closed.TrySetResult((code, reason));
        messages.Writer.TryComplete(
            new InvalidOperationException($"Closed with {code} '{reason}'.")
        );
    }

    private void Take(string message)
    {
        if (received is { } callback)
        {
            callback(message);
        }
        else
        {
            messages.Writer.TryWrite(message);
        }
    }

    private async Task AnswerCloseAsync()
    {
        if (socket.State == WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(
                socket.CloseStatus ?? WebSocketCloseStatus.Empty,
                null,
                default
            );
        }
    }
}
