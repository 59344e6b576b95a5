namespace PushBridge.Backplane;

/// <summary>A node as it describes itself, once a second.</summary>
/// <param name="Id">Of this run of it.</param>
/// <param name="Name">The machine's.</param>
/// <param name="Version">Of PushBridge.</param>
/// <param name="Generation">How often it has connected to the broker.</param>
/// <param name="Connections">Live client connections.</param>
/// <param name="Uids">Different uids among them.</param>
/// <param name="UptimeSeconds">Since it started.</param>
internal sealed record Peer(
    Guid Id,
    string Name,
    string Version,
    int Generation,
    int Connections,
    int Uids,
    double UptimeSeconds
);
