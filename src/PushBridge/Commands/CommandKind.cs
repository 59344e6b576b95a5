namespace PushBridge.Commands;

/// <summary>What a backend may ask for (PROTOCOL.md section 1).</summary>
internal enum CommandKind
{
    /// <summary>The seed's line: the whole line goes to its uid.</summary>
    PushLine,
    Push,
    Broadcast,
    Group,
    Join,
    Leave,
    Kick,
    Online,
    Count,
    Quiet,
    Ping,
}
