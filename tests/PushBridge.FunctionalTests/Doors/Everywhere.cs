using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>Every door and every kind of client, by the names that tests show.</summary>
internal static class Everywhere
{
    private static readonly Dictionary<string, Func<PushBridgeServer, Task<IBackendDoor>>> Doors =
        new(StringComparer.Ordinal)
        {
            ["text"] = TextDoor.OpenAsync,
            ["HTTP"] = HttpDoor.OpenAsync,
            [".NET client"] = ClientDoor.OpenAsync,
            ["PHP"] = PhpDoor.OpenAsync,
            ["IPushBridge"] = EmbeddedDoor.OpenAsync,
        };

    private static readonly Dictionary<
        string,
        Func<PushBridgeServer, string, Task<IPushedClient>>
    > Clients = new(StringComparer.Ordinal)
    {
        ["raw"] = RawPushedClient.ConnectAsync,
        ["hub over WebSockets"] = Hub(WebSocketTransport.ConnectAsync),
        ["hub over server-sent events"] = Hub(ServerSentEventsTransport.ConnectAsync),
        ["hub over long polling"] = Hub(LongPollingTransport.ConnectAsync),
    };

    public static MatrixTheoryData<string, string> Pairs { get; } = new(Doors.Keys, Clients.Keys);

    public static Task<IBackendDoor> OpenAsync(string door, PushBridgeServer server) =>
        Doors[door](server);

    public static Task<IBackendDoor> OpenAsync(string door, IDeployment deployment) =>
        Doors[door](deployment.Backends);

    /// <summary>Connects a client and waits until it can be reached as the uid's nth connection.</summary>
    public static async Task<IPushedClient> JoinAsync(
        string kind,
        IDeployment deployment,
        string uid,
        int nth = 1
    )
    {
        var client = await Clients[kind](deployment.HomeOf(uid), uid);
        await deployment.WaitForUidAsync(uid, nth);
        return client;
    }

    private static Func<PushBridgeServer, string, Task<IPushedClient>> Hub(
        Func<Uri, string, Task<IHubTransport>> connectAsync
    ) => (server, uid) => HubPushedClient.ConnectAsync(server, uid, connectAsync);
}
