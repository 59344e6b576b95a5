using System.Text.Json.Serialization;

namespace PushBridge.Client;

/// <summary>What became of one command.</summary>
/// <param name="Reason"><see cref="PushReason.None"/> when the server answered ok, else why not.</param>
/// <param name="Connections">Connections that took the message, joined, left or were kicked.</param>
/// <param name="Error">What kept the command from being sent or answered; null when the server answered. Not serialized.</param>
public readonly record struct PushResult(
    PushReason Reason,
    int Connections = 0,
    [property: JsonIgnore] Exception? Error = null
)
{
    /// <summary>The server answered ok. A broadcast is ok even when nobody is connected.</summary>
    public bool Ok => Reason == PushReason.None;

    /// <summary>
    /// At least one live connection accepted the whole message into its outgoing queue, at the moment of the answer. False
    /// does not mean that nobody gets it: ask <see cref="Reason"/>, which may be <see cref="PushReason.OutcomeUnknown"/>.
    /// </summary>
    public bool Delivered => Ok && Connections > 0;
}
