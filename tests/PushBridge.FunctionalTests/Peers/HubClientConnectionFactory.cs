using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>What the SignalR client's core lacks: negotiation, then a WebSocket as its transport.</summary>
internal sealed class HubClientConnectionFactory : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(
        EndPoint endpoint,
        CancellationToken cancellationToken = default
    )
    {
        var url = ((UriEndPoint)endpoint).Uri;
        using var http = new HttpClient();
        using var response = await http.PostAsync(Negotiate(url), content: null, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);

        var socket = new ClientWebSocket();
        var token = Uri.EscapeDataString(answer.GetProperty("connectionToken").GetString()!);
        var query = url.Query.Length == 0 ? $"?id={token}" : $"{url.Query}&id={token}";
        await socket.ConnectAsync(
            new UriBuilder(url) { Scheme = "ws", Query = query }.Uri,
            cancellationToken
        );
        return new Link(socket, answer.GetProperty("connectionId").GetString()!);
    }

    private static Uri Negotiate(Uri url)
    {
        var query =
            url.Query.Length == 0 ? "?negotiateVersion=1" : $"{url.Query}&negotiateVersion=1";
        return new UriBuilder(url) { Path = url.AbsolutePath + "/negotiate", Query = query }.Uri;
    }

    private sealed class Link : ConnectionContext, IDuplexPipe
    {
        private readonly WebSocketStream stream;

        public Link(ClientWebSocket socket, string connectionId)
        {
            ConnectionId = connectionId;
            stream = WebSocketStream.Create(socket, WebSocketMessageType.Text, ownsWebSocket: true);
            Input = PipeReader.Create(stream);
            Output = PipeWriter.Create(stream);
            Transport = this;
        }

        public PipeReader Input { get; }
        public PipeWriter Output { get; }
        public override string ConnectionId { get; set; }
        public override IFeatureCollection Features { get; } = new FeatureCollection();
        public override IDictionary<object, object?> Items { get; set; } =
            new Dictionary<object, object?>();
        public override IDuplexPipe Transport { get; set; }

        public override async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
