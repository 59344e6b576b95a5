namespace PushBridge;

/// <summary>Why a listener was not opened or closed.</summary>
public enum ListenerFailure
{
    /// <summary>It was.</summary>
    None,

    /// <summary>A name or an option breaks its rule, or a file that an option names cannot be used.</summary>
    Invalid,

    /// <summary>Another listener has that name, or it is one of the three that the server starts with.</summary>
    NameTaken,

    /// <summary>Another process, or another listener of this one, listens there.</summary>
    AddressInUse,

    /// <summary>The address cannot be listened on: it is not this machine's, or the process may not.</summary>
    AddressUnavailable,

    /// <summary>Strangers could push by it, or be whoever they say they are (see <c>PushBridge:Insecure</c>).</summary>
    Exposed,

    /// <summary>It is for clients or HTTP, and this application is no web application.</summary>
    NotServed,

    /// <summary>No listener has that name.</summary>
    NotFound,

    /// <summary>It is one of the three that are there for as long as the process is.</summary>
    Permanent,

    /// <summary>The server is stopping.</summary>
    Stopping,
}

/// <summary>What became of opening or closing a listener.</summary>
/// <param name="Listener">The listener, as it is now or was last; null when there is none.</param>
/// <param name="Failure">Why it was not done; <see cref="ListenerFailure.None"/> when it was.</param>
/// <param name="Problem">The failure in a sentence for an operator; null when there is none.</param>
public sealed record ListenerResult(
    PushListener? Listener,
    ListenerFailure Failure,
    string? Problem
)
{
    /// <summary>Whether it was done.</summary>
    public bool Ok => Failure == ListenerFailure.None;
}
