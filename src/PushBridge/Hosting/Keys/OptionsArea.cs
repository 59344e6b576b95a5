namespace PushBridge.Hosting.Keys;

/// <summary>A section of the configuration, and the options class that says what may stand in it.</summary>
internal sealed record OptionsArea(string Section, Type Type);
