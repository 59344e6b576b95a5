namespace PushBridge.FunctionalTests.Hostile;

/// <summary>Tests that need the machine to themselves as far as possible run one after the other.</summary>
[CollectionDefinition(nameof(LoadGroup))]
public sealed class LoadGroup;
