using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PushBridge.Backplane;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Delivery;
using PushBridge.Hosting.Options;
using PushBridge.Observability;
using PushBridge.Security;
using PushBridge.Security.Authentication;

namespace PushBridge.Benchmarks.Micro;

/// <summary>A connection whose writer takes what waits and sends it nowhere: what is left is our own work.</summary>
internal sealed class SilentConnection : ClientConnection, IOutboundWriter
{
    private readonly byte[] scratch = new byte[256];

    public SilentConnection(string id, ClientServices services)
        : base(id, ConnectionKind.Raw, services)
    {
        Queue = new OutboundQueue(this, services.MaxQueueBytes);
    }

    protected override OutboundQueue Queue { get; }

    /// <summary>A registry with that many uids, one connection each.</summary>
    public static ConnectionRegistry Registry(int uids)
    {
        IOptions<ClientOptions> clients = Options.Create(new ClientOptions());
        ConnectionRegistry registry = new(clients);
        ClientServices services = NewServices(registry, clients);
        for (int i = 0; i < uids; i++)
        {
            SilentConnection connection = new($"c{i}", services);
            registry.Add(connection);
            registry.Register(connection, $"uid{i}");
        }
        return registry;
    }

    public static ClientServices NewServices(
        ConnectionRegistry registry,
        IOptions<ClientOptions> clients
    ) => ActivatorUtilities.CreateInstance<ClientServices>(Provider(clients, registry));

    /// <summary>The door that lets everybody in.</summary>
    public static ClientDoor NewDoor(IOptions<ClientOptions> clients) =>
        ActivatorUtilities.CreateInstance<ClientDoor>(
            Provider(clients, new ConnectionRegistry(clients))
        );

    /// <summary>The command core of a single node.</summary>
    public static CommandExecutor NewExecutor(ConnectionRegistry registry) =>
        Core(registry).GetRequiredService<CommandExecutor>();

    /// <summary>The other nodes, of which there are none.</summary>
    public static NodeCommands NewNodes(ConnectionRegistry registry) =>
        Core(registry).GetRequiredService<NodeCommands>();

    private static ServiceProvider Core(ConnectionRegistry registry) =>
        new ServiceCollection()
            .AddMetrics()
            .AddSingleton<ServerMetrics>()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(registry)
            .AddSingleton<CoarseClock>()
            .AddSingleton<MessageDelivery>()
            .AddSingleton<LocalCommands>()
            .AddSingleton<AnsweredIds>()
            .AddSingleton<DeliveredIds>()
            .AddSingleton<IdClaims>()
            .AddSingleton<NodeCommands>()
            .AddSingleton<CommandExecutor>()
            .AddSingleton<IBackplane, SingleNodeBackplane>()
            .AddOptions()
            .BuildServiceProvider();

    public ValueTask<bool> WriteAsync(OutboundQueue queue)
    {
        queue.TakeFrames(scratch, out _);
        return new ValueTask<bool>(true);
    }

    protected override bool BeginClose(CloseReason reason, string text) => false;

    private static ServiceProvider Provider(
        IOptions<ClientOptions> clients,
        ConnectionRegistry registry
    ) =>
        new ServiceCollection()
            .AddMetrics()
            .AddSingleton<ServerMetrics>()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<CoarseClock>()
            .AddSingleton<AddressLimits>()
            .AddSingleton<AdmissionLog>()
            .AddSingleton<AdmissionGate>()
            .AddSingleton<SecurityLog>()
            .AddSingleton<OriginPolicy>()
            .AddSingleton<ArrivalReader>()
            .AddSingleton<IClientAuthenticator, OpenAuthenticator>()
            .AddSingleton(registry)
            .AddSingleton(clients)
            .AddSingleton(Options.Create(new QueueOptions()))
            .AddSingleton(typeof(Microsoft.Extensions.Logging.ILogger<>), typeof(NullLogger<>))
            .BuildServiceProvider();
}
