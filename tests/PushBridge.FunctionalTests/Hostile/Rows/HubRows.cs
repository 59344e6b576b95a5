namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Everything hostile on the hub.</summary>
internal static class HubRows
{
    internal static IReadOnlyList<HostileRow> All { get; } =
    [.. HubProtocolRows.All, .. HubTransportRows.All];
}
