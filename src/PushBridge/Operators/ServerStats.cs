using System.Text.Json.Serialization;

namespace PushBridge.Operators;

/// <summary>What a server is and has done, at one moment. Counts only grow until the next start; who wants rates takes differences.</summary>
/// <param name="At">Unix time in milliseconds.</param>
/// <param name="Node">The process.</param>
/// <param name="Connections">Live client connections by kind.</param>
/// <param name="Opened">Client connections that came in.</param>
/// <param name="Uids">Different uids that are connected.</param>
/// <param name="Groups">Groups that somebody is in.</param>
/// <param name="QueueBytes">What waits in all outbound queues, as of the last heartbeat.</param>
/// <param name="Commands">Commands by door and outcome; what never happened is not there.</param>
/// <param name="Messages">Messages that at least one connection took.</param>
/// <param name="Deliveries">Messages taken, one per connection.</param>
/// <param name="SlowConsumers">Clients cut because they did not read.</param>
/// <param name="Closes">Connections the server ended, by code.</param>
/// <param name="Refused">Connections refused before they began, by HTTP status.</param>
/// <param name="Limits">Clients and backends that ran into a limit, by its name.</param>
/// <param name="Backplane">How this node stands to the others; null on a single node.</param>
internal sealed record ServerStats(
    long At,
    NodeStats Node,
    IReadOnlyDictionary<string, long> Connections,
    long Opened,
    int Uids,
    int Groups,
    long QueueBytes,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Commands,
    long Messages,
    long Deliveries,
    long SlowConsumers,
    IReadOnlyDictionary<string, long> Closes,
    IReadOnlyDictionary<string, long> Refused,
    IReadOnlyDictionary<string, long> Limits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        BackplaneStats? Backplane
);

/// <param name="State"><c>available</c>, <c>restoring</c> or <c>unreachable</c>.</param>
/// <param name="Nodes">The others that have been heard of lately.</param>
internal sealed record BackplaneStats(string State, IReadOnlyList<OtherNodeStats> Nodes);

/// <param name="Name">The machine's.</param>
/// <param name="Version">Of PushBridge.</param>
/// <param name="Connections">Its live client connections.</param>
/// <param name="Uids">Different uids among them.</param>
/// <param name="UptimeSeconds">Since it started.</param>
internal sealed record OtherNodeStats(
    string Name,
    string Version,
    int Connections,
    int Uids,
    double UptimeSeconds
);

/// <param name="Name">The machine's.</param>
/// <param name="Pid">Of the process; tells several on one machine apart.</param>
/// <param name="Version">Of PushBridge.</param>
/// <param name="Runtime">Of .NET.</param>
/// <param name="UptimeSeconds">Since the server started.</param>
/// <param name="MemoryBytes">Resident.</param>
/// <param name="CpuSeconds">User and system time so far, of all cores.</param>
/// <param name="Cores">How many cores it may use.</param>
/// <param name="IsDraining">True as soon as it is about to end, like the 503 of readiness; it may serve everybody for a while yet (<c>Drain:Delay</c>).</param>
internal sealed record NodeStats(
    string Name,
    int Pid,
    string Version,
    string Runtime,
    double UptimeSeconds,
    long MemoryBytes,
    double CpuSeconds,
    int Cores,
    bool IsDraining
);

/// <summary>The last minutes, oldest first: one row for each second, with the columns by name in front.</summary>
internal sealed record StatsHistory(IReadOnlyList<string> Columns, IReadOnlyList<long[]> Rows);

internal sealed record UidList(bool Ok, IReadOnlyList<UidConnections> Uids, bool Partial);

internal sealed record UidConnections(string Uid, int Connections);

/// <param name="Ok">Always true.</param>
/// <param name="Connections">The live ones, oldest first.</param>
/// <param name="Closed">The last ones that the server ended, newest first.</param>
/// <param name="Partial">True when there are more live ones.</param>
internal sealed record UidDetails(
    bool Ok,
    IReadOnlyList<ConnectionDetails> Connections,
    IReadOnlyList<ClosedDetails> Closed,
    bool Partial
);

internal sealed record ConnectionDetails(string Id, string Kind, double AgeSeconds, int QueueBytes);

internal sealed record ClosedDetails(string Kind, int Code, string Reason, double AgoSeconds);
