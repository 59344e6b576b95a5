using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PushBridge.Backplane;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Delivery;
using PushBridge.Hosting.Options;
using PushBridge.Messages;
using PushBridge.Observability;
using PushBridge.Security;
using PushBridge.Security.Authentication;

namespace PushBridge.Tests.Connections;

/// <summary>Builds what connections need, without a host.</summary>
internal static class Fakes
{
    public static ClientServices Services(
        Action<ClientOptions>? clients = null,
        Action<QueueOptions>? queue = null
    )
    {
        ClientOptions clientOptions = new();
        clients?.Invoke(clientOptions);
        QueueOptions queueOptions = new();
        queue?.Invoke(queueOptions);
        IOptions<ClientOptions> options = Options.Create(clientOptions);
        return new ClientServices(
            new ConnectionRegistry(options),
            Gate(options),
            new CoarseClock(TimeProvider.System),
            TimeProvider.System,
            options,
            Options.Create(queueOptions),
            new ServerMetrics(new TestMeterFactory()),
            NullLogger<ClientConnection>.Instance
        );
    }

    public static AdmissionGate Gate(IOptions<ClientOptions> options, TimeProvider? time = null) =>
        new(
            options,
            new AddressLimits(options, new CoarseClock(time ?? TimeProvider.System)),
            new ServerMetrics(new TestMeterFactory()),
            new AdmissionLog(NullLogger<AdmissionGate>.Instance, TimeProvider.System)
        );

    /// <summary>The clients' listener on loopback.</summary>
    public static ListenerFeature Listener { get; } =
        new("clients", ListenerProtocol.Clients, System.Net.IPAddress.Loopback);

    /// <summary>The door of a server in open mode.</summary>
    public static ClientDoor Door(IOptions<ClientOptions> options, AdmissionGate? gate = null) =>
        new(
            new OriginPolicy(
                options,
                new SecurityLog(NullLogger<OriginPolicy>.Instance, TimeProvider.System)
            ),
            gate ?? Gate(options),
            new ArrivalReader(options),
            new OpenAuthenticator()
        );

    /// <summary>The command core of a single node.</summary>
    public static CommandExecutor Executor(
        ClientServices services,
        AnsweredIds? ids = null,
        IBackplane? backplane = null
    )
    {
        backplane ??= new SingleNodeBackplane();
        return new CommandExecutor(
            Local(services),
            Nodes(services, backplane),
            new IdClaims(ids ?? Ids(), backplane),
            backplane
        );
    }

    public static NodeCommands Nodes(
        ClientServices services,
        IBackplane? backplane = null,
        DeliveredIds? delivered = null
    ) =>
        new(
            backplane ?? new SingleNodeBackplane(),
            Local(services),
            delivered ?? new DeliveredIds(Options.Create(new IdOptions()), TimeProvider.System),
            Options.Create(new BackplaneOptions())
        );

    private static LocalCommands Local(ClientServices services) =>
        new(services.Registry, new MessageDelivery(services.Registry), services.Clock);

    /// <summary>Claims and executes, on a single node, where nothing has to be waited for but the same command.</summary>
    public static Outcome Run(
        this CommandExecutor executor,
        Command command,
        ReadOnlySpan<byte> line,
        FlushList flushes
    )
    {
        ValueTask<Claim> claiming = executor.ClaimAsync(command);
        Claim claim = claiming.IsCompleted
            ? claiming.Result
            : claiming.AsTask().GetAwaiter().GetResult();
        ValueTask<Outcome> deciding = executor.Execute(command, line, flushes, claim);
        return deciding.IsCompleted
            ? deciding.Result
            : throw new InvalidOperationException("A single node has nobody to ask.");
    }

    public static AnsweredIds Ids(int maxRemembered = 100_000, TimeProvider? time = null) =>
        new(
            Options.Create(new IdOptions { MaxRemembered = maxRemembered }),
            time ?? TimeProvider.System,
            new ServerMetrics(new TestMeterFactory())
        );

    public static Message Text(string json, long now = 0) =>
        Message.Text(System.Text.Encoding.UTF8.GetBytes(json), now);
}

/// <summary>A connection whose wire is a list; its writes complete when the test says so.</summary>
internal sealed class FakeConnection : ClientConnection, IOutboundWriter
{
    private TaskCompletionSource<bool>? pending;

    public FakeConnection(ClientServices services, string id, string? uid = null)
        : base(id, ConnectionKind.Raw, services)
    {
        Queue = new OutboundQueue(this, services.MaxQueueBytes);
        services.Registry.Add(this);
        if (uid is not null)
        {
            services
                .Registry.Register(this, uid)
                .Should()
                .Be(RegisterResult.Registered, "the test needs the connection");
        }
    }

    public List<string> Written { get; } = [];

    public CloseReason? ClosedWith { get; private set; }

    public bool IsStuck { get; set; }

    protected override OutboundQueue Queue { get; }

    public ValueTask<bool> WriteAsync(OutboundQueue queue)
    {
        if (queue.TryTake(out Message? message))
        {
            Written.Add(System.Text.Encoding.UTF8.GetString(message.Payload.Span));
        }
        if (!IsStuck)
        {
            return new ValueTask<bool>(true);
        }
        pending = new TaskCompletionSource<bool>();
        return new ValueTask<bool>(pending.Task);
    }

    /// <summary>The client reads again.</summary>
    public void Unstick()
    {
        IsStuck = false;
        pending!.SetResult(true);
    }

    protected override bool BeginClose(CloseReason reason, string text)
    {
        bool first = Queue.Close(lastWords: null, discard: reason == CloseReason.SlowConsumer);
        ClosedWith ??= reason;
        return first;
    }
}
