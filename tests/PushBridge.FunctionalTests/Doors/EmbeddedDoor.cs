using System.Text;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Doors;

/// <summary><see cref="IPushBridge"/> inside the server's own process.</summary>
internal sealed class EmbeddedDoor(IPushBridge push) : IBackendDoor
{
    public static Task<IBackendDoor> OpenAsync(PushBridgeServer server) =>
        Task.FromResult<IBackendDoor>(
            new EmbeddedDoor(server.Services.GetRequiredService<IPushBridge>())
        );

    public async Task<DoorOutcome> PushAsync(string[] uids, string data) =>
        Outcome(await push.PushAsync(uids, Encoding.UTF8.GetBytes(data)));

    public async Task<DoorOutcome> BroadcastAsync(string data, params string[] except) =>
        Outcome(await push.BroadcastAsync(Encoding.UTF8.GetBytes(data), except));

    public async Task<DoorOutcome> GroupAsync(
        string[] groups,
        string data,
        params string[] except
    ) => Outcome(await push.SendToGroupAsync(groups, Encoding.UTF8.GetBytes(data), except));

    public async Task<DoorOutcome> JoinAsync(string uid, string group) =>
        Outcome(await push.JoinAsync(uid, group));

    public async Task<DoorOutcome> LeaveAsync(string uid, string group) =>
        Outcome(await push.LeaveAsync(uid, group));

    public async Task<DoorOutcome> KickAsync(string uid, string reason) =>
        Outcome(await push.KickAsync(uid, reason));

    public async Task<int> OnlineAsync(string uid) => (await push.OnlineAsync(uid))[uid];

    public async Task<(int Connections, int Uids)> CountAsync(string? group)
    {
        var count = await push.CountAsync(group);
        return (count.Connections, count.Uids);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static DoorOutcome Outcome(PushOutcome result) =>
        new(
            result.Ok,
            result.Connections,
            result.Failure switch
            {
                PushFailure.None => null,
                PushFailure.Offline => "offline",
                _ => $"{result.Failure}",
            }
        );
}
