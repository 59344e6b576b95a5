namespace PushBridge.Backplane;

internal enum TopicKind
{
    /// <summary>Nodes that have a connection of the uid.</summary>
    Uid,

    /// <summary>Nodes that have a member of the group.</summary>
    Group,

    /// <summary>Every node.</summary>
    Everybody,
}

/// <summary>What nodes listen to: a message for a topic reaches those that hold it.</summary>
internal readonly record struct Topic(TopicKind Kind, string Name)
{
    public static Topic Everybody { get; } = new(TopicKind.Everybody, "");

    public static Topic OfUid(ReadOnlySpan<char> uid) => new(TopicKind.Uid, uid.ToString());

    public static Topic OfGroup(ReadOnlySpan<char> group) => new(TopicKind.Group, group.ToString());
}
