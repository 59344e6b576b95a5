namespace PushBridge.Client.Replies;

/// <summary>What one command was answered, or why it was not.</summary>
internal readonly record struct Reply(
    PushReason Reason,
    int Connections = 0,
    int Uids = 0,
    IReadOnlyDictionary<string, int>? Online = null,
    Exception? Error = null
);
