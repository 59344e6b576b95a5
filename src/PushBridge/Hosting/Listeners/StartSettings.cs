namespace PushBridge.Hosting.Listeners;

/// <summary>The settings that are read at start alone, all but the listeners: tells which of them the configuration has otherwise than at the start.</summary>
internal sealed class StartSettings(IConfiguration configuration)
{
    private readonly Dictionary<string, string?> start = Read(configuration);
    private Dictionary<string, string?> seen = Read(configuration);

    /// <summary>
    /// The paths of those that have changed since somebody asked last, and are not what they were at the start again; never what they say, which may be a secret.
    /// </summary>
    public IReadOnlyList<string> Changed()
    {
        Dictionary<string, string?> now = Read(configuration);
        string[] changed =
        [
            .. now
                .Keys.Union(seen.Keys, StringComparer.OrdinalIgnoreCase)
                .Where(path => Differs(path, now, seen) && Differs(path, now, start))
                .Order(StringComparer.OrdinalIgnoreCase),
        ];
        seen = now;
        return changed;
    }

    private static bool Differs(
        string path,
        Dictionary<string, string?> one,
        Dictionary<string, string?> other
    ) =>
        one.GetValueOrDefault(path) != other.GetValueOrDefault(path)
        || one.ContainsKey(path) != other.ContainsKey(path);

    private static Dictionary<string, string?> Read(IConfiguration configuration) =>
        configuration
            .GetSection(ServerOptions.Section)
            .AsEnumerable()
            .Where(setting => setting.Value is not null && !IsListener(setting.Key))
            .ToDictionary(
                setting => setting.Key,
                setting => setting.Value,
                StringComparer.OrdinalIgnoreCase
            );

    private static bool IsListener(string path) =>
        path.StartsWith(ListenerSettings.Section + ":", StringComparison.OrdinalIgnoreCase);
}
