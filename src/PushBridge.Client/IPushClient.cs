namespace PushBridge.Client;

/// <summary>
/// Everything a backend may ask of a PushBridge server; <see cref="PushClient"/> implements it, a fake may stand in for it in tests.
/// </summary>
/// <remarks>
/// All members may be called by any number of callers at once. Commands of one caller, awaited or not, are sent in the
/// order of the calls and reach a user in that order. What the server or the network does is a result, never an exception; exceptions say
/// that an argument is wrong (<see cref="ArgumentException"/>), that the client was disposed before the call, or that the caller cancelled.
/// A cancelled command may have been carried out or not.
/// <para>
/// A payload is one JSON value as UTF-8 bytes, of depth 63 at most. Its bytes are copied during the call and delivered exactly as they are,
/// except that line breaks between its tokens become spaces, since a line break ends a command. Anything that is not one valid JSON
/// value is refused with an <see cref="ArgumentException"/> and never sent. <see cref="PushClientExtensions"/> takes
/// values instead of bytes.
/// </para>
/// <para>
/// An id (1 to 64 bytes of UTF-8 without control characters) makes a command repeatable: the server answers the same id to the same target
/// as it did the first time, and delivers nothing again. Only a command with an id is ever sent a second time after a lost connection.
/// </para>
/// </remarks>
public interface IPushClient
{
    /// <summary>Sends the payload to every connection of the users; a connection gets it once.</summary>
    ValueTask<PushResult> PushAsync(
        Names uids,
        ReadOnlyMemory<byte> json,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Sends the payload to every connection except those of some users; ok also when nobody is connected.</summary>
    ValueTask<PushResult> BroadcastAsync(
        ReadOnlyMemory<byte> json,
        Names except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Sends the payload to the members of the groups except those of some users; a connection gets it once.</summary>
    ValueTask<PushResult> GroupAsync(
        Names groups,
        ReadOnlyMemory<byte> json,
        Names except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Puts the connections that the users have at this moment into the group; the result counts those that were not in it.</summary>
    ValueTask<PushResult> JoinAsync(
        Names uids,
        string group,
        CancellationToken cancellationToken = default
    );

    /// <summary>Takes the users' connections out of the group; the result counts those that were in it.</summary>
    ValueTask<PushResult> LeaveAsync(
        Names uids,
        string group,
        CancellationToken cancellationToken = default
    );

    /// <summary>Closes the users' connections with code 4411, after which a client does not come back by itself.</summary>
    /// <param name="uids">Whose connections.</param>
    /// <param name="reason">What the client is told, at most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<PushResult> KickAsync(
        Names uids,
        string? reason = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>How many connections each of the users has. Sent again by itself after a lost connection, since it changes nothing.</summary>
    ValueTask<OnlineResult> OnlineAsync(Names uids, CancellationToken cancellationToken = default);

    /// <summary>How many connections and different users there are, in all or in a group. Sent again by itself like <see cref="OnlineAsync"/>.</summary>
    ValueTask<CountResult> CountAsync(
        string? group = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Ok when the server answers. Sent again by itself like <see cref="OnlineAsync"/>.</summary>
    ValueTask<PushResult> PingAsync(CancellationToken cancellationToken = default);
}
