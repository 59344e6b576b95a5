using System.Text.Json.Serialization;

namespace PushBridge.Client;

/// <summary>How many connections each asked uid has.</summary>
/// <param name="Reason"><see cref="PushReason.None"/> when the server answered, else why not.</param>
/// <param name="Connections">One entry for each different uid asked for; empty when <see cref="Ok"/> is false.</param>
/// <param name="Error">What kept the command from being sent or answered; null when the server answered. Not serialized.</param>
public readonly record struct OnlineResult(
    PushReason Reason,
    IReadOnlyDictionary<string, int> Connections,
    [property: JsonIgnore] Exception? Error = null
)
{
    /// <summary>The server answered.</summary>
    public bool Ok => Reason == PushReason.None;

    /// <summary>True when the uid had a connection; false also when the server did not answer.</summary>
    public bool IsOnline(string uid) => Connections?.GetValueOrDefault(uid) > 0;
}
