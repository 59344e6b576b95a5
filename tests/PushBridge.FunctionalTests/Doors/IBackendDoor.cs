namespace PushBridge.FunctionalTests.Doors;

/// <summary>What a door said of a command; the reason is null when it succeeded.</summary>
internal sealed record DoorOutcome(bool Ok, int Connections, string? Reason)
{
    public static DoorOutcome Offline { get; } = new(Ok: false, 0, "offline");

    public static DoorOutcome Reached(int connections) => new(Ok: true, connections, null);
}

/// <summary>A way for backends to come in, with every command that has a target. Data is JSON, to be delivered as it is.</summary>
internal interface IBackendDoor : IAsyncDisposable
{
    Task<DoorOutcome> PushAsync(string[] uids, string data);

    Task<DoorOutcome> BroadcastAsync(string data, params string[] except);

    Task<DoorOutcome> GroupAsync(string[] groups, string data, params string[] except);

    Task<DoorOutcome> JoinAsync(string uid, string group);

    Task<DoorOutcome> LeaveAsync(string uid, string group);

    Task<DoorOutcome> KickAsync(string uid, string reason);

    /// <summary>How many connections the uid has.</summary>
    Task<int> OnlineAsync(string uid);

    Task<(int Connections, int Uids)> CountAsync(string? group);
}
