using System.Globalization;
using System.Net;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>
/// A server under the rows: where its clients connect, and a push of <c>(uid, line)</c> that completes once the server
/// has taken the line for that uid.
/// </summary>
internal sealed record RowServer(IPEndPoint Clients, Func<string, string, Task> PushAsync)
{
    private static int uids;

    /// <summary>
    /// Whether the client answers the server's close frame. It need not: where the server can end its direction alone, the
    /// FIN comes at once; elsewhere it waits a second for the answer.
    /// </summary>
    internal bool AnswersClose { get; init; }

    internal static string NextUid() =>
        string.Create(CultureInfo.InvariantCulture, $"row-{Interlocked.Increment(ref uids)}");

    internal async Task HoldsAsync(Row row, Chunking chunking)
    {
        await using var peer = await WebSocketPeer.ConnectAsync(Clients);
        await peer.OpenAsync(Clients);
        var uid = row.Uid ?? NextUid();
        if (!row.ComesFirst)
        {
            await peer.RegisterAsync(uid);
        }

        await peer.SendAsync(row.Bytes, chunking);
        await VerifyAsync(peer, row.Expected, uid);
    }

    internal async Task HoldsAsync(HandshakeRow row, Chunking chunking)
    {
        await using var peer = await WebSocketPeer.ConnectAsync(Clients);
        var request = row.Shape(new(Clients));
        var response = await peer.HandshakeAsync(request.ToString(), chunking);
        row.Statuses.Should()
            .Contain(response.Status, "{0} {1}", response.StatusLine, response.BodyText);
        if (row.Demands is { } header)
        {
            response[header.Name].Should().StartWith(header.Value);
        }

        if (response.Status == 101)
        {
            VerifyAccepted(request, response);
            var uid = NextUid();
            await peer.RegisterAsync(uid);
            await VerifyPushAsync(peer, uid);
        }
    }

    private static void VerifyAccepted(WebSocketPeerRequest request, WebSocketPeerResponse response)
    {
        response.StatusLine.Should().StartWith("HTTP/1.1 101 ");
        response["Upgrade"].Should().BeEquivalentTo("websocket");
        response["Connection"].Should().BeEquivalentTo("Upgrade");
        response["Sec-WebSocket-Accept"]
            .Should()
            .Be(WebSocketPeerRequest.AcceptFor(request["Sec-WebSocket-Key"]!));
        response.Has("Sec-WebSocket-Protocol").Should().BeFalse("none was selected");
        response.Has("Sec-WebSocket-Extensions").Should().BeFalse("none was selected");
        response.Has("Content-Length").Should().BeFalse("a 101 has no body");
        response.Has("Transfer-Encoding").Should().BeFalse("a 101 has no body");
    }

    private async Task VerifyAsync(WebSocketPeer peer, Expectation expected, string uid)
    {
        if (expected.StaysOpen)
        {
            // Its pong says that the server has handled every frame before it.
            await peer.SendAsync(WebSocketPeerFrame.Ping("end of the row"));
        }

        foreach (var answer in expected.Answers)
        {
            await peer.ExpectAsync(answer);
        }

        if (expected.StaysOpen)
        {
            await peer.ExpectAsync(WebSocketPeerFrame.Pong("end of the row"));
            await VerifyPushAsync(peer, uid);
            return;
        }

        (await peer.ReadCloseAsync(AnswersClose)).Should().Be(expected.CloseCode);
    }

    /// <summary>A uid that comes in the same breath as the handshake is the uid.</summary>
    internal async Task VerifyEarlyUidAsync(Chunking chunking)
    {
        var uid = NextUid();
        await using var peer = await WebSocketPeer.ConnectAsync(Clients);
        await peer.SendAsync(
            [
                .. new WebSocketPeerRequest(Clients).ToBytes(),
                .. WebSocketPeerFrame.TextFrame(uid).ToBytes(),
                .. WebSocketPeerFrame.Ping("early").ToBytes(),
            ],
            chunking
        );

        (await peer.ReadResponseAsync()).Status.Should().Be(101);
        await peer.ExpectAsync(WebSocketPeerFrame.Pong("early"));
        await VerifyPushAsync(peer, uid);
    }

    /// <summary>A push arrives, as it was sent, and the closing handshake works.</summary>
    internal async Task VerifyPushAsync(WebSocketPeer peer, string uid)
    {
        var line = SeedLine.For(uid, "still here");
        await PushAsync(uid, line);
        await peer.ExpectAsync(WebSocketPeerFrame.TextFrame(line));
        await peer.CloseAsync();
    }
}
