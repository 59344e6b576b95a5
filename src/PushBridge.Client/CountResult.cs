using System.Text.Json.Serialization;

namespace PushBridge.Client;

/// <summary>How many are connected, or in a group.</summary>
/// <param name="Reason"><see cref="PushReason.None"/> when the server answered, else why not.</param>
/// <param name="Connections">Connections that have said their uid.</param>
/// <param name="Uids">Different uids among them.</param>
/// <param name="Error">What kept the command from being sent or answered; null when the server answered. Not serialized.</param>
public readonly record struct CountResult(
    PushReason Reason,
    int Connections = 0,
    int Uids = 0,
    [property: JsonIgnore] Exception? Error = null
)
{
    /// <summary>The server answered.</summary>
    public bool Ok => Reason == PushReason.None;
}
