namespace PushBridge.FunctionalTests.Hostile.Rows;

/// <summary>Everything hostile on the text port.</summary>
internal static class TextRows
{
    internal static IReadOnlyList<HostileRow> All { get; } =
    [
        .. TextProtocolRows.All,
        .. TextFramingRows.All,
        .. TextJsonRows.All,
        .. TextUtf8Rows.All,
        .. TextCommandRows.All,
    ];
}
