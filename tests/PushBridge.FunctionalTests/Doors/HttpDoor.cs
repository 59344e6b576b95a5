using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>The HTTP API; several names in one command go as a batch of one line, because a path names one.</summary>
internal sealed class HttpDoor(HttpClient http) : IBackendDoor
{
    public static Task<IBackendDoor> OpenAsync(PushBridgeServer server) =>
        Task.FromResult<IBackendDoor>(
            new HttpDoor(new HttpClient { BaseAddress = server.HttpUrl })
        );

    public Task<DoorOutcome> PushAsync(string[] uids, string data) =>
        uids.Length == 1
            ? DoAsync(HttpMethod.Post, $"push/{Escape(uids[0])}", data)
            : BatchAsync($$""" "push","uid":{{JsonSerializer.Serialize(uids)}},"data":{{data}} """);

    public Task<DoorOutcome> BroadcastAsync(string data, params string[] except) =>
        DoAsync(HttpMethod.Post, "broadcast" + Except(except), data);

    public Task<DoorOutcome> GroupAsync(string[] groups, string data, params string[] except) =>
        groups.Length == 1
            ? DoAsync(HttpMethod.Post, $"groups/{Escape(groups[0])}{Except(except)}", data)
            : BatchAsync(
                $$""" "group","group":{{JsonSerializer.Serialize(groups)}}{{ExceptMember(except)}},"data":{{data}} """
            );

    public Task<DoorOutcome> JoinAsync(string uid, string group) =>
        DoAsync(HttpMethod.Put, $"groups/{Escape(group)}/uids/{Escape(uid)}");

    public Task<DoorOutcome> LeaveAsync(string uid, string group) =>
        DoAsync(HttpMethod.Delete, $"groups/{Escape(group)}/uids/{Escape(uid)}");

    public Task<DoorOutcome> KickAsync(string uid, string reason) =>
        DoAsync(HttpMethod.Delete, $"uids/{Escape(uid)}?reason={Escape(reason)}");

    public async Task<int> OnlineAsync(string uid)
    {
        var reply = await AskAsync(HttpMethod.Get, $"uids/{Escape(uid)}");
        return reply.GetProperty("online").GetProperty(uid).GetInt32();
    }

    public async Task<(int Connections, int Uids)> CountAsync(string? group)
    {
        var query = group is null ? "" : $"?group={Escape(group)}";
        var reply = await AskAsync(HttpMethod.Get, $"count{query}");
        return (reply.GetProperty("connections").GetInt32(), reply.GetProperty("uids").GetInt32());
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Escape(string name) => Uri.EscapeDataString(name);

    private static string Except(string[] uids) =>
        uids.Length == 0 ? "" : "?" + string.Join('&', uids.Select(uid => $"except={Escape(uid)}"));

    private static string ExceptMember(string[] uids) =>
        uids.Length == 0 ? "" : $",\"except\":{JsonSerializer.Serialize(uids)}";

    private Task<DoorOutcome> BatchAsync(string command) =>
        DoAsync(
            HttpMethod.Post,
            "commands",
            $$"""{"$cmd":{{command}}}""" + "\n",
            "application/x-ndjson"
        );

    private async Task<DoorOutcome> DoAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string type = "application/json"
    ) => TextDoor.Outcome(await AskAsync(method, path, body, type));

    private async Task<JsonElement> AskAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string type = "application/json"
    )
    {
        using var request = new HttpRequestMessage(method, $"/api/{path}");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        using var response = await http.SendAsync(request);
        response
            .StatusCode.Should()
            .Be(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
