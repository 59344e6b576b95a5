using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>Lines on a socket, as a backend without any library writes them.</summary>
internal sealed class TextDoor(TextBackend backend) : IBackendDoor
{
    public static async Task<IBackendDoor> OpenAsync(PushBridgeServer server) =>
        new TextDoor(await TextBackend.ConnectAsync(server.Text));

    public Task<DoorOutcome> PushAsync(string[] uids, string data) =>
        DoAsync($$""" "push","uid":{{Names(uids)}},"data":{{data}} """);

    public Task<DoorOutcome> BroadcastAsync(string data, params string[] except) =>
        DoAsync($$""" "broadcast"{{Except(except)}},"data":{{data}} """);

    public Task<DoorOutcome> GroupAsync(string[] groups, string data, params string[] except) =>
        DoAsync($$""" "group","group":{{Names(groups)}}{{Except(except)}},"data":{{data}} """);

    public Task<DoorOutcome> JoinAsync(string uid, string group) =>
        DoAsync($$""" "join","uid":{{Names(uid)}},"group":{{Names(group)}} """);

    public Task<DoorOutcome> LeaveAsync(string uid, string group) =>
        DoAsync($$""" "leave","uid":{{Names(uid)}},"group":{{Names(group)}} """);

    public Task<DoorOutcome> KickAsync(string uid, string reason) =>
        DoAsync(
            $$""" "kick","uid":{{Names(uid)}},"reason":{{JsonSerializer.Serialize(reason)}} """
        );

    public async Task<int> OnlineAsync(string uid)
    {
        var reply = await AskAsync($$""" "online","uid":{{Names(uid)}} """);
        return reply.GetProperty("online").GetProperty(uid).GetInt32();
    }

    public async Task<(int Connections, int Uids)> CountAsync(string? group)
    {
        var named = group is null ? "" : $$""","group":{{Names(group)}}""";
        var reply = await AskAsync($$""" "count"{{named}} """);
        return (reply.GetProperty("connections").GetInt32(), reply.GetProperty("uids").GetInt32());
    }

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    /// <summary>The outcome in a JSON reply, which is the same at every door that answers in JSON.</summary>
    public static DoorOutcome Outcome(JsonElement reply) =>
        new(
            reply.GetProperty("ok").GetBoolean(),
            reply.TryGetProperty("connections", out var connections) ? connections.GetInt32() : 0,
            reply.TryGetProperty("reason", out var reason) ? reason.GetString() : null
        );

    private static string Names(params string[] names) =>
        names.Length == 1 ? JsonSerializer.Serialize(names[0]) : JsonSerializer.Serialize(names);

    private static string Except(string[] uids) =>
        uids.Length == 0 ? "" : ",\"except\":" + Names(uids);

    private async Task<DoorOutcome> DoAsync(string command) => Outcome(await AskAsync(command));

    private async Task<JsonElement> AskAsync(string command) =>
        JsonSerializer.Deserialize<JsonElement>(
            await backend.AskAsync($$"""{"reply":"json","$cmd":{{command}}}""")
        );
}
