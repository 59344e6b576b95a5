namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Everything hostile on the HTTP port.</summary>
internal static class HttpRows
{
    internal static IReadOnlyList<HostileRow> All { get; } =
    [.. HttpRequestRows.All, .. HttpPageRows.All, .. HttpBodyRows.All];
}
