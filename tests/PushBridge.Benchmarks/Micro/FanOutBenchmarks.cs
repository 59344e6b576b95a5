using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PushBridge.Clients.SignalR;
using PushBridge.Connections;
using PushBridge.Hosting.Options;

namespace PushBridge.Benchmarks.Micro;

/// <summary>
/// One message through <c>IHubContext</c> to a user and to all, with 2,000 SignalR connections: SignalR's own manager, and
/// ours over the registry.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class FanOutBenchmarks
{
    private const int Connections = 2000;
    private const string User = "uid777";
    private const string Method = "message";

    private static readonly object[] Arguments = [new { uid = User, percent = "88%" }];

    private DefaultHubLifetimeManager<PushHub> stock = null!;
    private PushHubLifetimeManager ours = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        IOptions<ClientOptions> options = Options.Create(new ClientOptions());
        ConnectionRegistry registry = new(options);
        stock = new DefaultHubLifetimeManager<PushHub>(
            NullLogger<DefaultHubLifetimeManager<PushHub>>.Instance
        );
        ours = new PushHubLifetimeManager(
            SilentConnection.NewServices(registry, options),
            SilentConnection.NewDoor(options),
            SilentConnection.NewNodes(registry),
            Options.Create(new JsonHubProtocolOptions())
        );
        for (int i = 0; i < Connections; i++)
        {
            await stock.OnConnectedAsync(SilentTransport.Connect($"c{i}", $"uid{i}"));
            await ours.OnConnectedAsync(SilentTransport.Connect($"c{i}", $"uid{i}"));
            await ((HubClientConnection)registry.Find($"c{i}")!).RegisterAsync($"uid{i}");
        }
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("one user")]
    public Task StockToUser() => stock.SendUserAsync(User, Method, Arguments);

    [Benchmark]
    [BenchmarkCategory("one user")]
    public Task ToUser() => ours.SendUserAsync(User, Method, Arguments);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("all")]
    public Task StockToAll() => stock.SendAllAsync(Method, Arguments);

    [Benchmark]
    [BenchmarkCategory("all")]
    public Task ToAll() => ours.SendAllAsync(Method, Arguments);
}
