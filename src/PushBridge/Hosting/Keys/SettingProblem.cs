namespace PushBridge.Hosting.Keys;

/// <summary>What is wrong with one key of the configuration.</summary>
/// <param name="Path">The key, from the top.</param>
/// <param name="Text">What an operator should know.</param>
/// <param name="IsUnreadable">Whether the key is ours, but no value can be made of what stands there.</param>
internal sealed record SettingProblem(string Path, string Text, bool IsUnreadable)
{
    public override string ToString() => $"{Path}: {Text}";
}
