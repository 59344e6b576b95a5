namespace PushBridge.Hosting.Keys;

/// <summary>What is wrong with the configuration as it is now, while the server runs with what it was at the start.</summary>
internal sealed class ChangedConfiguration(KnownKeys keys, IEnumerable<IAreaCheck> areas)
{
    /// <summary>The keys that nobody reads: what they were to say is not known, and may be anything.</summary>
    public IReadOnlyList<string> Unknown() => keys.Unknown();

    /// <summary>Everything that a server would not start with, a line each.</summary>
    public IReadOnlyList<string> Problems() =>
        [.. areas.SelectMany(area => area.Problems()).Distinct(StringComparer.Ordinal)];
}
