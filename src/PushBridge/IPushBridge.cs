namespace PushBridge;

/// <summary>
/// Pushes from inside the application: the same commands as on the text port, decided by the same core, without a socket. Injectable
/// once <see cref="PushBridgeHostApplicationBuilderExtensions.AddPushBridge"/> was called; a singleton, safe for any number of callers.
/// </summary>
/// <remarks>
/// <para>A result that is <see cref="PushOutcome.Ok"/> means that at that moment at least one live connection took the whole message into
/// its bounded outgoing queue; not that the browser has it. Otherwise nobody will ever get it, and <see cref="PushOutcome.Failure"/> says why;
/// with several nodes it may be <see cref="PushFailure.Unavailable"/>, after about a second, and then it may still arrive. No call waits for a client.</para>
/// <para>Order: what one caller sends to a uid, awaiting each call before the next, arrives on each of its connections in that order,
/// each message once.</para>
/// <para>An <c>id</c> of 1 to 64 bytes makes a command happen once: the same command with the same id to the same target again within five
/// minutes has the result of the first and no other effect, whichever door it comes by. A command without effect is not remembered, and
/// a repeat of it is tried again (PROTOCOL.md, section 1).</para>
/// <para>An argument that breaks a rule is an <see cref="ArgumentException"/> that tells the rule, thrown by the call itself, before anything is sent.
/// Uids and groups have 1 to 256 bytes of UTF-8 without control characters and are compared byte for byte.</para>
/// </remarks>
public interface IPushBridge
{
    /// <summary>Sends to every connection of each uid; a connection gets it once however often its uid is named.</summary>
    ValueTask<PushOutcome> PushAsync(
        PushNames uids,
        Payload payload,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Sends to everybody but the excepted uids. Ok also when nobody is connected: see <see cref="PushOutcome.Connections"/>.</summary>
    ValueTask<PushOutcome> BroadcastAsync(
        Payload payload,
        PushNames except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Sends to the members of each group but the excepted uids; a member of several gets it once.</summary>
    ValueTask<PushOutcome> SendToGroupAsync(
        PushNames groups,
        Payload payload,
        PushNames except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Puts the connections that the uids have at this moment into a group, until they leave or close.</summary>
    ValueTask<PushOutcome> JoinAsync(
        PushNames uids,
        string group,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Takes the uids' connections out of a group.</summary>
    ValueTask<PushOutcome> LeaveAsync(
        PushNames uids,
        string group,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Closes the uids' connections with 4411, which tells clients not to come back.</summary>
    /// <param name="reason">What the client is told, at most 123 bytes of UTF-8; null for the default.</param>
    ValueTask<PushOutcome> KickAsync(
        PushNames uids,
        string? reason = null,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>How many connections each uid has; 0 means that it is offline.</summary>
    ValueTask<IReadOnlyDictionary<string, int>> OnlineAsync(
        PushNames uids,
        CancellationToken cancellationToken = default
    );

    /// <summary>How many connections and different uids are here, or in a group.</summary>
    ValueTask<OnlineCount> CountAsync(
        string? group = null,
        CancellationToken cancellationToken = default
    );
}
