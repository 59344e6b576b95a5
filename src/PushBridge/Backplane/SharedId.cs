namespace PushBridge.Backplane;

internal enum SharedIdState
{
    /// <summary>No other node has executed the command or is about to: the caller is the one.</summary>
    Mine,

    /// <summary>Another node has executed it.</summary>
    Answered,

    /// <summary>Another node was about to, and was not heard of again in time.</summary>
    Undecided,

    /// <summary>The store cannot be reached: only what this node remembers is known.</summary>
    Unreachable,
}

/// <summary>What the nodes know together about a command's id.</summary>
/// <param name="State">Who executes the command.</param>
/// <param name="Connections">How many connections it reached, where it was answered.</param>
internal readonly record struct SharedId(SharedIdState State, int Connections = 0)
{
    public static SharedId Mine { get; } = new(SharedIdState.Mine);
}
