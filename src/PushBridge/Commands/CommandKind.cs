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

    /// <summary>A backend shows that it may push. Decided by the entrance, which knows whether it has to.</summary>
    Auth,
    Quiet,
    Ping,

    /// <summary>To connections by id; only an application that uses the hub can ask for it.</summary>
    Connections,
}

internal static class CommandKinds
{
    /// <summary>Whether a command of the kind is about connections, wherever they are, and not about the backend's own one.</summary>
    public static bool ConcernsClients(this CommandKind kind) =>
        kind is not (CommandKind.Auth or CommandKind.Quiet or CommandKind.Ping);

    /// <summary>Whether a command of the kind changes something and may therefore carry an id against being repeated.</summary>
    public static bool TakesId(this CommandKind kind) =>
        kind
            is CommandKind.Push
                or CommandKind.Broadcast
                or CommandKind.Group
                or CommandKind.Join
                or CommandKind.Leave
                or CommandKind.Kick;
}
