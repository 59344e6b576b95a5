namespace PushBridge;

/// <summary>Why a command had no effect.</summary>
public enum PushFailure
{
    /// <summary>It had one.</summary>
    None,

    /// <summary>Nobody it addressed is connected. Nobody will get it.</summary>
    Offline,

    /// <summary>Those it addressed do not read and are being cut. Nobody will get it.</summary>
    Overloaded,

    /// <summary>Nobody here, and other nodes could not be asked in time. It may still arrive there.</summary>
    Unavailable,
}

/// <summary>What became of a command.</summary>
/// <param name="Connections">How many connections took the message, joined, left or were kicked.</param>
/// <param name="Failure">Why there was none; <see cref="PushFailure.None"/> when the command succeeded.</param>
/// <param name="IsPartial">True when some other node did not answer in time: there may be more connections than were counted.</param>
public readonly record struct PushOutcome(
    int Connections,
    PushFailure Failure,
    bool IsPartial = false
)
{
    /// <summary>Whether the command succeeded: at least one connection took it, or it was a broadcast.</summary>
    public bool Ok => Failure == PushFailure.None;
}

/// <summary>Who is here.</summary>
/// <param name="Connections">Live connections that have said who they are.</param>
/// <param name="Uids">Different uids among them; with several nodes, a uid that is on two of them counts twice.</param>
/// <param name="IsPartial">True when some other node did not answer in time.</param>
public readonly record struct OnlineCount(int Connections, int Uids, bool IsPartial = false);
