namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Everything hostile that a raw WebSocket client can do; single frames are in the RFC 6455 rows.</summary>
internal static class RawRows
{
    internal static IReadOnlyList<HostileRow> All { get; } =
    [.. RawFloodRows.All, .. RawHeadRows.All, .. RawOriginRows.All];
}
