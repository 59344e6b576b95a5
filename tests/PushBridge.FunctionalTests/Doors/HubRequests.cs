using System.Text;
using System.Text.Json;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>What the two transports over plain HTTP share: the negotiated address, the handshake, and taking records apart.</summary>
internal sealed class HubRequests : IDisposable
{
    private const char RecordEnd = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Queue<string> records = new();
    private string partial = "";

    private HubRequests(HttpClient http, Uri url)
    {
        Http = http;
        Url = url;
    }

    public HttpClient Http { get; }

    /// <summary>The connection's own address.</summary>
    public Uri Url { get; }

    /// <param name="clientsUrl">Where the server is.</param>
    /// <param name="identity">Who the client is, as a query: <c>uid=…</c> or <c>access_token=…</c>.</param>
    /// <param name="transport">What must be offered.</param>
    public static async Task<HubRequests> NegotiateAsync(
        Uri clientsUrl,
        string identity,
        string transport
    )
    {
        var http = new HttpClient { Timeout = Patience };
        using var response = await http.PostAsync(
            new Uri(clientsUrl, $"/hub/negotiate?negotiateVersion=1&{identity}"),
            content: null
        );
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        answer
            .GetProperty("availableTransports")
            .EnumerateArray()
            .Select(offer => offer.GetProperty("transport").GetString())
            .Should()
            .Contain(transport);
        var id = Uri.EscapeDataString(answer.GetProperty("connectionToken").GetString()!);
        return new HubRequests(http, new Uri(clientsUrl, $"/hub?{identity}&id={id}"));
    }

    public async Task SendHandshakeAsync()
    {
        using var handshake = new StringContent(
            """{"protocol":"json","version":1}""" + RecordEnd,
            Encoding.UTF8
        );
        using var response = await Http.PostAsync(Url, handshake);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Takes what arrived apart into records.</summary>
    public void Received(string text)
    {
        var pieces = (partial + text).Split(RecordEnd);
        partial = pieces[^1];
        foreach (var record in pieces[..^1])
        {
            records.Enqueue(record);
        }
    }

    public bool TryTake(out string? record) => records.TryDequeue(out record);

    public void Dispose() => Http.Dispose();
}
