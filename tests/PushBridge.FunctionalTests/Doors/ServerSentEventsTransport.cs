using System.Net.Http.Headers;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>SignalR over server-sent events: one response that never ends, requests for the other direction.</summary>
internal sealed class ServerSentEventsTransport : IHubTransport
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HubRequests requests;
    private readonly StreamReader events;

    private ServerSentEventsTransport(HubRequests requests, StreamReader events)
    {
        this.requests = requests;
        this.events = events;
    }

    public static Task<IHubTransport> ConnectAsync(Uri clientsUrl, string uid) =>
        OpenAsync(clientsUrl, $"uid={Uri.EscapeDataString(uid)}");

    /// <param name="clientsUrl">Where the server is.</param>
    /// <param name="identity">Who the client is, as a query.</param>
    public static async Task<IHubTransport> OpenAsync(Uri clientsUrl, string identity)
    {
        var hub = await HubRequests.NegotiateAsync(clientsUrl, identity, "ServerSentEvents");
        using var request = new HttpRequestMessage(HttpMethod.Get, hub.Url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        var response = await hub.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        var transport = new ServerSentEventsTransport(
            hub,
            new StreamReader(await response.Content.ReadAsStreamAsync())
        );
        await hub.SendHandshakeAsync();
        (await transport.NextAsync()).Should().Be("{}", "that is the answer to the handshake");
        return transport;
    }

    public async Task<string?> NextAsync()
    {
        string? record;
        while (!requests.TryTake(out record))
        {
            using var deadline = new CancellationTokenSource(Patience);
            switch (await events.ReadLineAsync(deadline.Token))
            {
                case null:
                    return null;
                case ['d', 'a', 't', 'a', ':', ' ', .. var data]:
                    requests.Received(data);
                    break;
                default:
                    break; // The empty line behind an event, or a comment.
            }
        }

        return record;
    }

    public ValueTask DisposeAsync()
    {
        events.Dispose();
        requests.Dispose();
        return ValueTask.CompletedTask;
    }
}
