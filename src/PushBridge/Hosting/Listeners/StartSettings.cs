namespace PushBridge.Hosting.Listeners;

/// <summary>The settings that are read at start alone, all but the listeners: tells which of them have changed in the configuration since somebody asked last.</summary>
internal sealed class StartSettings(IConfiguration configuration)
{
    private Dictionary<string, string?> seen = Read(configuration);

    /// <summary>The paths of those that are new, gone or different; never what they say, which may be a secret.</summary>
    public IReadOnlyList<string> Changed()
    {
        Dictionary<string, string?> now = Read(configuration);
        string[] changed =
        [
            .. now
                .Keys.Union(seen.Keys, StringComparer.OrdinalIgnoreCase)
                .Where(path =>
                    now.GetValueOrDefault(path) != seen.GetValueOrDefault(path)
                    || now.ContainsKey(path) != seen.ContainsKey(path)
                )
                .Order(StringComparer.OrdinalIgnoreCase),
        ];
        seen = now;
        return changed;
    }

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
