namespace PushBridge.Commands;

/// <summary>Why a command had no effect; the closed set of reasons in JSON replies.</summary>
internal enum FailReason
{
    None,

    /// <summary>The command could not be understood.</summary>
    BadRequest,

    /// <summary>The backend has to show first that it may push, and has not.</summary>
    Unauthorized,

    /// <summary>Nobody it addressed is connected. Nobody will get it.</summary>
    Offline,

    /// <summary>
    /// Those it addressed are connected, but none could take it: slow consumers, being cut. Or the backend sends more commands
    /// a second than it may.
    /// </summary>
    Overloaded,

    /// <summary>
    /// Nobody is here, and the other nodes could not be asked, or did not answer in time: they may have somebody, and it may still
    /// reach them.
    /// </summary>
    Unavailable,
}

/// <summary>How many connections a uid has.</summary>
internal readonly record struct UidPresence(string Uid, int Connections);

/// <summary>The answer to one command, before it is written in the way the backend wants it.</summary>
/// <param name="Reason">None when the command succeeded.</param>
/// <param name="Connections">Connections reached, or counted.</param>
/// <param name="Uids">Different uids counted; null but for count.</param>
/// <param name="Online">The answer to online, else null.</param>
/// <param name="IsPartial">True when some nodes did not answer, and there may be more than was counted.</param>
internal readonly record struct Outcome(
    FailReason Reason,
    int Connections = 0,
    int? Uids = null,
    IReadOnlyList<UidPresence>? Online = null,
    bool IsPartial = false
)
{
    public bool Ok => Reason == FailReason.None;

    public static Outcome Success(int connections = 0) => new(FailReason.None, connections);

    public static Outcome Fail(FailReason reason) => new(reason);
}
