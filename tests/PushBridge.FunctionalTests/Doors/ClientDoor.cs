using System.Text;
using PushBridge.Client;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>The .NET client library.</summary>
internal sealed class ClientDoor(PushClient client) : IBackendDoor
{
    public static Task<IBackendDoor> OpenAsync(PushBridgeServer server) =>
        Task.FromResult<IBackendDoor>(new ClientDoor(new PushClient($"tcp://{server.Text}")));

    public async Task<DoorOutcome> PushAsync(string[] uids, string data) =>
        Outcome(await client.PushAsync(uids, Encoding.UTF8.GetBytes(data).AsMemory()));

    public async Task<DoorOutcome> BroadcastAsync(string data, params string[] except) =>
        Outcome(await client.BroadcastAsync(Encoding.UTF8.GetBytes(data).AsMemory(), except));

    public async Task<DoorOutcome> GroupAsync(
        string[] groups,
        string data,
        params string[] except
    ) => Outcome(await client.GroupAsync(groups, Encoding.UTF8.GetBytes(data).AsMemory(), except));

    public async Task<DoorOutcome> JoinAsync(string uid, string group) =>
        Outcome(await client.JoinAsync(uid, group));

    public async Task<DoorOutcome> LeaveAsync(string uid, string group) =>
        Outcome(await client.LeaveAsync(uid, group));

    public async Task<DoorOutcome> KickAsync(string uid, string reason) =>
        Outcome(await client.KickAsync(uid, reason));

    public async Task<int> OnlineAsync(string uid) =>
        (await client.OnlineAsync(uid)).Connections[uid];

    public async Task<(int Connections, int Uids)> CountAsync(string? group)
    {
        var count = await client.CountAsync(group);
        count.Ok.Should().BeTrue();
        return (count.Connections, count.Uids);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private static DoorOutcome Outcome(PushResult result) =>
        new(
            result.Ok,
            result.Connections,
            result.Reason switch
            {
                PushReason.None => null,
                PushReason.Offline => "offline",
                _ => $"{result.Reason} {result.Error}",
            }
        );
}
