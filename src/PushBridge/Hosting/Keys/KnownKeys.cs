namespace PushBridge.Hosting.Keys;

/// <summary>Says what is wrong with the keys of the configuration as it is now, and with values that are no such thing as their key needs.</summary>
internal sealed class KnownKeys(
    IConfiguration configuration,
    IEnumerable<OptionsArea> areas,
    IRootKeys others
)
{
    /// <summary>An application that pushes with the .NET client library, too, has its options in a section beside ours, which that library validates.</summary>
    private static readonly string? Neighbour = Type.GetType(
        "PushBridge.Client.PushClientOptions, PushBridge.Client"
    )
        is null
        ? null
        : $"{ServerOptions.Section}:Client";

    /// <summary>Everything, a line each.</summary>
    public IReadOnlyList<string> Problems() =>
        [.. Ours().Select(problem => problem.ToString()), .. others.Problems()];

    /// <summary>The keys that nobody reads: what they were to say is not known, and may be anything.</summary>
    public IReadOnlyList<string> Unknown() =>
        [
            .. Ours().Where(problem => !problem.IsUnreadable).Select(problem => problem.ToString()),
            .. others.Problems(),
        ];

    private IEnumerable<SettingProblem> Ours()
    {
        Setting root = Setting.Of(areas);
        return ConfigurationCheck
            .Problems(
                root.Members[ServerOptions.Section],
                configuration.GetSection(ServerOptions.Section),
                root
            )
            .Where(problem =>
                !string.Equals(problem.Path, Neighbour, StringComparison.OrdinalIgnoreCase)
            );
    }
}
