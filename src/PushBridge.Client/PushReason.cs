using System.Text.Json.Serialization;

namespace PushBridge.Client;

/// <summary>How a command ended. The set is closed: a new server's new reason arrives as <see cref="Unrecognized"/>. In JSON they have the names that they have on the wire.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PushReason>))]
public enum PushReason
{
    /// <summary>
    /// The command was written and its answer never came: the connection was lost, or the response time-out passed. It may
    /// have been carried out or not; so it is when a command with an id was written again and refused then, since that says nothing of the first time. The value of <c>default</c>, so that a forgotten result claims nothing.
    /// </summary>
    [JsonStringEnumMemberName("outcome_unknown")]
    OutcomeUnknown,

    /// <summary>The server answered ok.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The command was certainly not carried out: no connection could be made, or the client was disposed first.</summary>
    [JsonStringEnumMemberName("not_sent")]
    NotSent,

    /// <summary>The server could not understand the command (<c>bad_request</c>); nobody gets it.</summary>
    [JsonStringEnumMemberName("bad_request")]
    BadRequest,

    /// <summary>The server wants a secret first (<c>unauthorized</c>); nobody gets it.</summary>
    [JsonStringEnumMemberName("unauthorized")]
    Unauthorized,

    /// <summary>Nobody it addressed is connected (<c>offline</c>); nobody gets it.</summary>
    [JsonStringEnumMemberName("offline")]
    Offline,

    /// <summary>
    /// Those it addressed do not read and are being cut, or this connection sends more commands a second than the server allows
    /// (<c>overloaded</c>); nobody gets it.
    /// </summary>
    [JsonStringEnumMemberName("overloaded")]
    Overloaded,

    /// <summary>Other nodes did not answer the server in time (<c>unavailable</c>); it may still arrive.</summary>
    [JsonStringEnumMemberName("unavailable")]
    Unavailable,

    /// <summary>The server is shutting down and takes no more commands (<c>draining</c>).</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,

    /// <summary>The server answered with a reason that this version does not know, or none; it was not ok.</summary>
    [JsonStringEnumMemberName("unrecognized")]
    Unrecognized,
}
