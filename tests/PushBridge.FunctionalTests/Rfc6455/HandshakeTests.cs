using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>The opening handshake, row by row, in one write and in pieces.</summary>
[Collection(nameof(OpenServer))]
public sealed class HandshakeTests(OpenServer server)
{
    public static TheoryData<string, Chunking> Handshakes => Cases(HandshakeRows.All);
    public static TheoryData<string, Chunking> Origins => Cases(OriginRows.All);

    [Theory, MemberData(nameof(Handshakes))]
    public Task A_handshake_row_holds(string row, Chunking chunking) =>
        HoldsAsync(HandshakeRows.All, row, chunking);

    [Theory, MemberData(nameof(Origins))]
    public Task An_origin_row_holds(string row, Chunking chunking) =>
        HoldsAsync(OriginRows.All, row, chunking);

    [Theory]
    [InlineData(Chunking.Whole)]
    [InlineData(Chunking.OddPieces)]
    [InlineData(Chunking.ByteByByte)]
    public Task A_uid_right_behind_the_handshake_counts(Chunking chunking) =>
        server.Rows.VerifyEarlyUidAsync(chunking);

    [Fact]
    public async Task Half_a_uid_right_behind_the_handshake_counts_with_its_other_half()
    {
        var uid = RowServer.NextUid();
        await using var peer = await WebSocketPeer.ConnectAsync(server.Rows.Clients);
        var handshake = new WebSocketPeerRequest(server.Rows.Clients).ToBytes();
        var frames = WebSocketPeerFrame.TextFrame(uid).ToBytes();
        await peer.SendAsync([.. handshake, .. frames[..3]]);
        (await peer.ReadResponseAsync()).Status.Should().Be(101);

        await peer.SendAsync(frames[3..]);
        await peer.SendAsync(WebSocketPeerFrame.Ping("x"));

        await peer.ExpectAsync(WebSocketPeerFrame.Pong("x"));
        await server.Rows.VerifyPushAsync(peer, uid);
    }

    [Fact]
    public async Task A_broken_frame_right_behind_the_handshake_gets_its_close_code()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Rows.Clients);
        var handshake = new WebSocketPeerRequest(server.Rows.Clients).ToBytes();
        await peer.SendAsync([
            .. handshake,
            .. (WebSocketPeerFrame.TextFrame("uid").Unmasked).ToBytes(),
        ]);

        (await peer.ReadResponseAsync()).Status.Should().Be(101);
        (await peer.ReadCloseAsync()).Should().Be(1002);
    }

    [Fact]
    public async Task A_page_and_then_a_handshake_on_the_same_connection_both_work()
    {
        var uid = RowServer.NextUid();
        await using var peer = await WebSocketPeer.ConnectAsync(server.Rows.Clients);
        var request = new WebSocketPeerRequest(server.Rows.Clients);
        var page = await peer.HandshakeAsync(
            (request with { Headers = [("Host", request["Host"]!)] }).ToString()
        );
        page.Status.Should().Be(200);

        await peer.OpenAsync(server.Rows.Clients);
        await peer.RegisterAsync(uid);
        await server.Rows.VerifyPushAsync(peer, uid);
    }

    private static TheoryData<string, Chunking> Cases(IReadOnlyList<HandshakeRow> rows)
    {
        var cases = new TheoryData<string, Chunking>();
        foreach (var row in rows)
        {
            cases.Add(row.Name, Chunking.Whole);
            cases.Add(row.Name, Chunking.OddPieces);
        }

        // The same code reads every head: one good and one bad is enough for the slowest way.
        cases.Add(rows[0].Name, Chunking.ByteByByte);
        cases.Add(rows.First(r => !r.Statuses.Contains(101)).Name, Chunking.ByteByByte);

        return cases;
    }

    private Task HoldsAsync(IReadOnlyList<HandshakeRow> rows, string name, Chunking chunking) =>
        server.Rows.HoldsAsync(rows.Single(r => r.Name == name), chunking);
}
