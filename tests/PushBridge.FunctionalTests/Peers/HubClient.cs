using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>The official .NET SignalR client, with every <c>message</c> kept as the JSON text it came as.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<string> messages = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource<Exception?> closed = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int reconnects;

    private HubClient(Uri clientsUrl, string query)
    {
        var builder = new HubConnectionBuilder().WithAutomaticReconnect();
        builder.Services.AddSingleton<IConnectionFactory, HubClientConnectionFactory>();
        builder.Services.AddSingleton<EndPoint>(
            new UriEndPoint(new Uri(clientsUrl, "/hub" + query))
        );
        Connection = builder.Build();
        Connection.On<JsonElement>(
            "message",
            value => messages.Writer.TryWrite(value.GetRawText())
        );
        Connection.Reconnecting += _ =>
        {
            Interlocked.Increment(ref reconnects);
            return Task.CompletedTask;
        };
        Connection.Closed += error =>
        {
            closed.TrySetResult(error);
            messages.Writer.TryComplete(
                new InvalidOperationException("The hub connection was closed.", error)
            );
            return Task.CompletedTask;
        };
    }

    public HubConnection Connection { get; }

    /// <summary>Completes when the connection ended for good, with the error the server gave, if any.</summary>
    public Task<Exception?> Closed => closed.Task.WaitAsync(Patience);

    /// <summary>How often the connection was lost in a way that made the client reconnect.</summary>
    public int Reconnects => Volatile.Read(ref reconnects);

    /// <summary>Connects with the uid in the query and waits until the server counts <paramref name="nth"/> connections of it.</summary>
    public static async Task<HubClient> JoinAsync(PushBridgeServer server, string uid, int nth = 1)
    {
        var client = await ConnectAsync(server.ClientsUrl, uid);
        await server.WaitForUidAsync(uid, nth);
        return client;
    }

    public static async Task<HubClient> ConnectAsync(Uri clientsUrl, string? uid = null)
    {
        var client = new HubClient(
            clientsUrl,
            uid is null ? "" : $"?uid={Uri.EscapeDataString(uid)}"
        );
        await client.Connection.StartAsync().WaitAsync(Patience);
        return client;
    }

    /// <summary>Connects with a token, as the official clients send it where they cannot set headers.</summary>
    public static async Task<HubClient> ConnectWithTokenAsync(Uri clientsUrl, string token)
    {
        var client = new HubClient(clientsUrl, $"?access_token={Uri.EscapeDataString(token)}");
        await client.Connection.StartAsync().WaitAsync(Patience);
        return client;
    }

    /// <summary>The next message's JSON, as it stood on the wire.</summary>
    public async Task<string> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await messages.Reader.ReadAsync(deadline.Token);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
