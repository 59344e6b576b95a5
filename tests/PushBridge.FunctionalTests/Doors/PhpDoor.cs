using System.Text;
using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Php;

namespace PushBridge.FunctionalTests.Doors;

/// <summary><c>src/php/PushBridge.php</c> in a real PHP.</summary>
internal sealed class PhpDoor(PhpSession php) : IBackendDoor
{
    public static Task<IBackendDoor> OpenAsync(PushBridgeServer server) =>
        Task.FromResult<IBackendDoor>(new PhpDoor(PhpSession.Start(server.Text)));

    public Task<DoorOutcome> PushAsync(string[] uids, string data) =>
        DoAsync($"push({Names(uids)}, {Data(data)})");

    public Task<DoorOutcome> BroadcastAsync(string data, params string[] except) =>
        DoAsync($"broadcast({Data(data)}, {Names(except)})");

    public Task<DoorOutcome> GroupAsync(string[] groups, string data, params string[] except) =>
        DoAsync($"group({Names(groups)}, {Data(data)}, {Names(except)})");

    public Task<DoorOutcome> JoinAsync(string uid, string group) =>
        DoAsync($"join({Text(uid)}, {Text(group)})");

    public Task<DoorOutcome> LeaveAsync(string uid, string group) =>
        DoAsync($"leave({Text(uid)}, {Text(group)})");

    public Task<DoorOutcome> KickAsync(string uid, string reason) =>
        DoAsync($"kick({Text(uid)}, {Text(reason)})");

    public async Task<int> OnlineAsync(string uid) =>
        int.Parse(await php.ValueAsync($"$push->online({Text(uid)})[{Text(uid)}]"));

    public async Task<(int Connections, int Uids)> CountAsync(string? group)
    {
        var count = await AskAsync($"count({(group is null ? "" : Text(group))})");
        return (count.GetProperty("connections").GetInt32(), count.GetProperty("uids").GetInt32());
    }

    public ValueTask DisposeAsync() => php.DisposeAsync();

    private static string Text(string text) =>
        $"base64_decode('{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}')";

    private static string Data(string json) => $"PushClient::json({Text(json)})";

    private static string Names(string[] names) => $"[{string.Join(", ", names.Select(Text))}]";

    private async Task<DoorOutcome> DoAsync(string call) => TextDoor.Outcome(await AskAsync(call));

    private async Task<JsonElement> AskAsync(string call) =>
        JsonSerializer.Deserialize<JsonElement>(await php.ValueAsync($"$push->{call}"));
}
