namespace PushBridge.Client.Replies;

/// <summary>What one command was answered, or why it was not.</summary>
internal readonly record struct Reply(
    PushReason Reason,
    int Connections = 0,
    int Uids = 0,
    IReadOnlyDictionary<string, int>? Online = null,
    Exception? Error = null
)
{
    /// <summary>
    /// True when the server understood nothing of the command: behind too long a line it closes the connection, too.
    /// </summary>
    public bool MayBeLast { get; init; }

    /// <summary>True when this attempt certainly did not reach anybody.</summary>
    public bool MeansNobody =>
        Reason
            is PushReason.Offline
                or PushReason.Overloaded
                or PushReason.Draining
                or PushReason.BadRequest
                or PushReason.Unauthorized;
}
