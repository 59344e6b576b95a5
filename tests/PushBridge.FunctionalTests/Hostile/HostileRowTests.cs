using PushBridge.FunctionalTests.Hostile.Rows;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>
/// Whatever a peer sends, to whichever port, it gets the answer that PROTOCOL.md promises, byte for byte, and nobody else
/// notices. The lists are by port; each row is one peer.
/// </summary>
[Collection(nameof(HostileServer))]
public sealed class HostileRowTests(HostileServer server)
{
    public static TheoryData<string> Text => Names(TextRows.All);
    public static TheoryData<string> RawWebSocket => Names(RawRows.All);
    public static TheoryData<string> Hub => Names(HubRows.All);
    public static TheoryData<string> Http => Names(HttpRows.All);

    [Theory, MemberData(nameof(Text))]
    public Task A_text_row_holds(string row) => server.HoldsAsync(TextRows.All, row);

    [Theory, MemberData(nameof(RawWebSocket))]
    public Task A_raw_WebSocket_row_holds(string row) => server.HoldsAsync(RawRows.All, row);

    [Theory, MemberData(nameof(Hub))]
    public Task A_hub_row_holds(string row) => server.HoldsAsync(HubRows.All, row);

    [Theory, MemberData(nameof(Http))]
    public Task An_HTTP_row_holds(string row) => server.HoldsAsync(HttpRows.All, row);

    private static TheoryData<string> Names(IReadOnlyList<HostileRow> rows) =>
        [.. rows.Select(row => row.Name)];
}
