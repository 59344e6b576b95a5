namespace PushBridge.Backplane;

/// <summary>How this node stands to the others.</summary>
internal enum BackplaneState
{
    /// <summary>There are no others: a single node.</summary>
    Alone,

    /// <summary>The broker cannot be reached, or does not answer: other nodes' clients are out of reach.</summary>
    Unreachable,

    /// <summary>Connected; this node's topics or its knowledge of the others are not complete yet.</summary>
    Restoring,

    /// <summary>All is well.</summary>
    Available,
}

internal static class BackplaneStates
{
    /// <summary>As operators read it.</summary>
    public static string ToWord(this BackplaneState state) =>
        state switch
        {
            BackplaneState.Available => "available",
            BackplaneState.Restoring => "restoring",
            BackplaneState.Unreachable => "unreachable",
            _ => "alone",
        };
}
