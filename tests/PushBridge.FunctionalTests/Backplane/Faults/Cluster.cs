using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>Real server processes named A, B and so on around a real Redis, each with a network of its own to it that can be made faulty.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, ServerProcess> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FaultyProxy> networks = new(StringComparer.Ordinal);

    private Cluster(RedisServer redis) => Redis = redis;

    public RedisServer Redis { get; }

    public IReadOnlyCollection<string> Names => networks.Keys;

    public ServerProcess this[string name] => nodes[name];

    public static async Task<Cluster> StartAsync(params string[] names)
    {
        Cluster cluster = new(await RedisServer.StartAsync());
        foreach (string name in names)
        {
            cluster.networks[name] = new FaultyProxy(cluster.Redis.Port);
        }
        try
        {
            await Task.WhenAll(names.Select(cluster.StartNodeAsync));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public FaultyProxy NetworkOf(string name) => networks[name];

    /// <summary>Starts the node of that name, as another process than before.</summary>
    public async Task StartNodeAsync(string name)
    {
        ServerProcess node = await ServerProcess.StartAsync("--redis", networks[name].Address);
        lock (nodes)
        {
            nodes[name] = node;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess node in nodes.Values)
        {
            await node.DisposeAsync();
        }
        foreach (FaultyProxy network in networks.Values)
        {
            await network.DisposeAsync();
        }
        await Redis.DisposeAsync().AsTask().WaitAsync(Patience);
    }
}
