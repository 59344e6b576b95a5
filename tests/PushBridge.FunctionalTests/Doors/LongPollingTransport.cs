using System.Net;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>SignalR over long polling: each response has what came since the one before.</summary>
internal sealed class LongPollingTransport(HubRequests requests) : IHubTransport
{
    public static Task<IHubTransport> ConnectAsync(Uri clientsUrl, string uid) =>
        OpenAsync(clientsUrl, $"uid={Uri.EscapeDataString(uid)}");

    /// <param name="clientsUrl">Where the server is.</param>
    /// <param name="identity">Who the client is, as a query.</param>
    public static async Task<IHubTransport> OpenAsync(Uri clientsUrl, string identity)
    {
        var hub = await HubRequests.NegotiateAsync(clientsUrl, identity, "LongPolling");
        var transport = new LongPollingTransport(hub);
        (await transport.PollAsync()).Should().BeTrue("the first poll only opens the connection");
        await hub.SendHandshakeAsync();
        (await transport.NextAsync()).Should().Be("{}", "that is the answer to the handshake");
        return transport;
    }

    public async Task<string?> NextAsync()
    {
        string? record;
        while (!requests.TryTake(out record))
        {
            if (!await PollAsync())
            {
                return null;
            }
        }

        return record;
    }

    public ValueTask DisposeAsync()
    {
        requests.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>False when the connection has ended.</summary>
    private async Task<bool> PollAsync()
    {
        using var response = await requests.Http.GetAsync(requests.Url);
        if (response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound)
        {
            return false;
        }

        response.EnsureSuccessStatusCode();
        requests.Received(await response.Content.ReadAsStringAsync());
        return true;
    }
}
