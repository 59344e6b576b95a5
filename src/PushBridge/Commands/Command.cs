using PushBridge.Connections;

namespace PushBridge.Commands;

/// <summary>
/// One parsed command. The parser fills it from a line and it stays valid until the next parse; <see cref="Payload"/> is a
/// range of that line. Reused from line to line; not thread-safe.
/// </summary>
internal sealed class Command
{
    public CommandKind Kind { get; set; }

    /// <summary>Whom it is for.</summary>
    public NameList Uids { get; } = new();

    public NameList Groups { get; } = new();

    /// <summary>Uids that are left out of a broadcast or group message.</summary>
    public NameList Except { get; } = new();

    /// <summary>Where in the line the payload stands, byte for byte as it is delivered.</summary>
    public Range Payload { get; set; }

    /// <summary>The text a kicked client sees, or null for the default.</summary>
    public string? Reason { get; set; }

    /// <summary>Makes the command happen at most once (<see cref="AnsweredIds"/>); null when the backend gave none.</summary>
    public string? Id { get; set; }

    /// <summary>What a backend presented to show that it may push; null in every other command.</summary>
    public string? Secret { get; set; }

    /// <summary>True when the backend asked for a JSON reply.</summary>
    public bool ReplyAsJson { get; set; }

    /// <summary>True when only the word of the nodes that have the connections counts, not that of the broker between them.</summary>
    public bool AcknowledgedByNodes { get; set; }

    /// <summary>
    /// Connections by id, from an application that uses the hub: those that are meant by <see cref="CommandKind.Connections"/>, join
    /// and leave, those that are left out by any other command. No backend can name them.
    /// </summary>
    public NameList ConnectionIds { get; } = new();

    /// <summary>True when the payload is not what clients get but a method with its arguments (<see cref="Message.IsInvocation"/>).</summary>
    public bool IsInvocation { get; set; }

    public void Clear()
    {
        Kind = CommandKind.PushLine;
        Uids.Clear();
        Groups.Clear();
        Except.Clear();
        Payload = default;
        Reason = null;
        Id = null;
        Secret = null;
        ReplyAsJson = false;
        AcknowledgedByNodes = false;
        ConnectionIds.Clear();
        IsInvocation = false;
    }
}
