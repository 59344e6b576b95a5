namespace PushBridge.Hosting.Keys;

/// <summary>
/// In somebody else's application: sections that are spelt nearly like <c>PushBridge</c> and hold what only that section has. All other keys are the application's own.
/// </summary>
internal sealed class NearMisses(IConfiguration configuration, IEnumerable<OptionsArea> areas)
    : IRootKeys
{
    public IEnumerable<string> Problems()
    {
        Setting ours = Setting.Of(areas).Members[ServerOptions.Section];
        return configuration
            .GetChildren()
            .Where(section =>
                IsNearMiss(section.Key)
                && section.GetChildren().Any(child => ours.Members.ContainsKey(child.Key))
            )
            .Select(section =>
                $"{section.Key}: there is no such section; did you mean {ServerOptions.Section}?"
            );
    }

    /// <summary>Whether a name is nearly, and not quite, that of our section.</summary>
    public static bool IsNearMiss(string name) =>
        !name.Equals(ServerOptions.Section, StringComparison.OrdinalIgnoreCase)
        && Spelling.Nearest([ServerOptions.Section], name).Length > 0;
}
