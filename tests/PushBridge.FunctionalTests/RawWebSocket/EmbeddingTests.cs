using Microsoft.AspNetCore.SignalR;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Rfc6455;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>The rows of the protocol suite hold in an embedding application too, where clients come through HTTP.</summary>
public sealed class EmbeddingTests(EmbeddingApplication application)
    : IClassFixture<EmbeddingApplication>
{
    private static readonly IReadOnlyList<Row> Frames =
    [
        .. FramingRows.All,
        .. FragmentationRows.All,
        .. ControlRows.All,
        .. ReservedRows.Bits,
        .. ReservedRows.ReservedOpcodes,
        .. Utf8Rows.All,
        .. UidRows.All,
        .. CloseRows.All,
        .. LimitRows.All,
    ];

    private static readonly IReadOnlyList<HandshakeRow> Handshakes =
    [
        .. HandshakeRows.Good,
        .. HandshakeRows.Bad,
        .. OriginRows.All,
    ];

    public static TheoryData<string> FrameRows => [.. Frames.Select(r => r.Name)];
    public static TheoryData<string> HandshakeNames => [.. Handshakes.Select(r => r.Name)];

    [Theory, MemberData(nameof(FrameRows))]
    public Task A_frame_row_holds(string row) =>
        application.Rows.HoldsAsync(Frames.Single(r => r.Name == row), Chunking.Whole);

    [Theory, MemberData(nameof(HandshakeNames))]
    public Task A_handshake_row_holds(string row) =>
        application.Rows.HoldsAsync(Handshakes.Single(r => r.Name == row), Chunking.Whole);

    [Theory]
    [InlineData(Chunking.Whole)]
    [InlineData(Chunking.ByteByByte)]
    public Task A_uid_right_behind_the_handshake_counts(Chunking chunking) =>
        application.Rows.VerifyEarlyUidAsync(chunking);

    [Fact]
    public async Task The_page_at_the_same_path_stays_the_applications()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(application.Rows.Clients);

        var page = await peer.HandshakeAsync(
            $"GET / HTTP/1.1\r\nHost: {application.Rows.Clients}\r\n\r\n"
        );

        page.Status.Should().Be(200);
        page.BodyText.Should().Be(EmbeddingApplication.Page);
    }

    [Fact]
    public async Task The_hub_context_of_the_application_reaches_raw_clients()
    {
        var hub = application.Services.GetRequiredService<IHubContext<PushHub>>();
        await using var peer = await WebSocketPeer.ConnectAsync(
            application.Rows.Clients,
            "hub-uid"
        );

        await hub.Clients.User("hub-uid").SendAsync("message", new { text = "hello" });

        await peer.ExpectAsync(WebSocketPeerFrame.TextFrame("""{"text":"hello"}"""));
    }

    [Fact]
    public async Task A_client_that_never_reads_is_cut()
    {
        await using var slow = await WebSocketPeer.ConnectAsync(
            application.Rows.Clients,
            receiveBuffer: 4096
        );
        await slow.OpenAsync(application.Rows.Clients);
        await slow.RegisterAsync("embedded-slow");
        var line = SeedLine.For("embedded-slow", new string('f', 64 * 1024));

        var pushes = 0;
        while (await application.AskAsync(line) == "ok")
        {
            (++pushes).Should().BeLessThan(2000, "nobody takes that much without reading");
        }

        await slow.ReadToEndAsync(Stream.Null);
    }
}
