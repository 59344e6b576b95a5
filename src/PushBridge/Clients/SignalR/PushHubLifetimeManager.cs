using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.SignalR;

/// <summary>
/// Plugs SignalR into our registry, in both directions: hub clients become connections of it, and what an application sends
/// through <c>IHubContext&lt;PushHub&gt;</c> goes to its connections of every kind. Sending completes at once: messages are
/// queued, and a slow client is nobody's wait. A user send costs per connection of the user, not of the server. With several
/// nodes it goes to the others, too, and nobody waits for them either; joining and leaving a group do.
/// </summary>
internal sealed class PushHubLifetimeManager(
    ClientServices services,
    ClientDoor door,
    NodeCommands nodes,
    IOptions<JsonHubProtocolOptions> json
) : HubLifetimeManager<PushHub>
{
    [ThreadStatic]
    private static FlushList? flushes;

    private readonly ConnectionRegistry registry = services.Registry;
    private readonly JsonSerializerOptions jsonOptions = json.Value.PayloadSerializerOptions;

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        HttpContext? request = connection.GetHttpContext();
        Arrival arrival = request is null
            ? new Arrival(null, IsTls: false, null, "", null)
            : door.Read(request);
        Hello hello = door.Greet(arrival);
        HubClientConnection client = new(connection, arrival.Address, hello, services);
        connection.Features.Set(client);
        return client.BeginAsync(hello.TakeToken() ?? request?.Request.Query["uid"]);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        connection.Features.Get<HubClientConnection>()?.Ended();
        return Task.CompletedTask;
    }

    public override Task SendAllAsync(
        string methodName,
        object?[] args,
        CancellationToken cancellationToken = default
    ) => SendAllExceptAsync(methodName, args, [], cancellationToken);

    public override Task SendAllExceptAsync(
        string methodName,
        object?[] args,
        IReadOnlyList<string> excludedConnectionIds,
        CancellationToken cancellationToken = default
    ) =>
        Send(
            Except(
                registry.All.Where(connection => connection.Uid is not null),
                excludedConnectionIds
            ),
            methodName,
            args,
            new RemoteSend(CommandKind.Broadcast, Ids: excludedConnectionIds)
        );

    public override Task SendConnectionAsync(
        string connectionId,
        string methodName,
        object?[] args,
        CancellationToken cancellationToken = default
    ) => SendConnectionsAsync([connectionId], methodName, args, cancellationToken);

    public override Task SendConnectionsAsync(
        IReadOnlyList<string> connectionIds,
        string methodName,
        object?[] args,
        CancellationToken cancellationToken = default
    ) =>
        Send(
            WithIds(connectionIds).Distinct(),
            methodName,
            args,
            new RemoteSend(CommandKind.Connections, Ids: connectionIds)
        );

    public override Task SendGroupAsync(
        string groupName,
        string methodName,
        object?[] args,
        CancellationToken cancellationToken = default
    ) => SendGroupsAsync([groupName], methodName, args, cancellationToken);

    public override Task SendGroupsAsync(
        IReadOnlyList<string> groupNames,
        string methodName,
        object?[] args,
        CancellationToken cancellationToken = default
    ) =>
        Send(
            InGroups(groupNames).Distinct(),
            methodName,
            args,
            new RemoteSend(CommandKind.Group, Groups: groupNames)
        );

    public override Task SendGroupExceptAsync(
        string groupName,
        string methodName,
        object?[] args,
        IReadOnlyList<string> excludedConnectionIds,
        CancellationToken cancellationToken = default
    ) =>
        Send(
            Except(InGroups([groupName]), excludedConnectionIds),
            methodName,
            args,
            new RemoteSend(CommandKind.Group, Groups: [groupName], Ids: excludedConnectionIds)
        );

    public override Task SendUserAsync(
        string userId,
        string methodName,
        object?[] args,
        CancellationToken cancellationToken = default
    ) => SendUsersAsync([userId], methodName, args, cancellationToken);

    public override Task SendUsersAsync(
        IReadOnlyList<string> userIds,
        string methodName,
        object?[] args,
        CancellationToken cancellationToken = default
    ) =>
        Send(
            OfUids(userIds).Distinct(),
            methodName,
            args,
            new RemoteSend(CommandKind.Push, Uids: userIds)
        );

    public override Task AddToGroupAsync(
        string connectionId,
        string groupName,
        CancellationToken cancellationToken = default
    ) => ChangeGroupAsync(CommandKind.Join, connectionId, groupName);

    public override Task RemoveFromGroupAsync(
        string connectionId,
        string groupName,
        CancellationToken cancellationToken = default
    ) => ChangeGroupAsync(CommandKind.Leave, connectionId, groupName);

    private Task ChangeGroupAsync(CommandKind kind, string connectionId, string groupName)
    {
        if (registry.Find(connectionId) is not { } connection)
        {
            // A connection of another node, if of any.
            return nodes.AskAsync(
                new RemoteSend(kind, Groups: [groupName], Ids: [connectionId]).ToCommand()
            );
        }
        if (kind == CommandKind.Leave)
        {
            registry.Leave(connection, groupName);
            return Task.CompletedTask;
        }
        return registry.Join(connection, groupName)
            ? nodes.WhenJoinedAsync(groupName)
            : Task.CompletedTask;
    }

    private Task Send(
        IEnumerable<ClientConnection> connections,
        string method,
        object?[] args,
        RemoteSend remote
    )
    {
        FlushList touched = flushes ??= new FlushList();
        Message? message = null;
        int accepted = 0;
        int full = 0;
        try
        {
            foreach (ClientConnection connection in connections)
            {
                PutResult result = connection.Deliver(message ??= MessageOf(method, args), touched);
                accepted += result is PutResult.Accepted or PutResult.AcceptedFlush ? 1 : 0;
                full += result == PutResult.Full ? 1 : 0;
            }
        }
        finally
        {
            touched.Sent(accepted);
            touched.Report(services.Metrics);
            CommandTally.Count(
                services.Metrics,
                Door.Hub,
                accepted > 0 ? FailReason.None
                    : full > 0 ? FailReason.Overloaded
                    : FailReason.Offline
            );
            // Also when an application's null among the names ends the loop: whoever got the message is owed the flush.
            touched.Flush();
        }
        if (nodes.HasOthers && remote.HasTarget)
        {
            message ??= MessageOf(method, args);
            Command command = remote.ToCommand();
            command.IsInvocation = message.IsInvocation;
            nodes.Tell(command, message.Payload.Span);
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// Hub clients get the invocation as it is. Raw clients have no methods: they get the argument of <c>message</c>, which is
    /// what a push looks like to them, and of any other method an object that names it, so that nothing is lost silently.
    /// </summary>
    private Message MessageOf(string method, object?[] args)
    {
        // Serialized before the call returns: what the application changes afterwards is not sent.
        if (method == HubEncoding.Target && args.Length == 1)
        {
            return Message.Text(
                JsonSerializer.SerializeToUtf8Bytes(args[0], jsonOptions),
                services.Clock.Now
            );
        }
        byte[] forRaw = JsonSerializer.SerializeToUtf8Bytes(
            new { target = method, arguments = args },
            jsonOptions
        );
        return Message.Text(forRaw, services.Clock.Now, isInvocation: true);
    }

    private IEnumerable<ClientConnection> WithIds(IReadOnlyList<string> ids) =>
        ids.Select(registry.Find).OfType<ClientConnection>();

    private IEnumerable<ClientConnection> InGroups(IReadOnlyList<string> names) =>
        names.SelectMany(name => registry.OfGroup(name)?.Members ?? []);

    private IEnumerable<ClientConnection> OfUids(IReadOnlyList<string> uids) =>
        uids.SelectMany(uid => registry.OfUid(uid).ToArray());

    private static IEnumerable<ClientConnection> Except(
        IEnumerable<ClientConnection> connections,
        IReadOnlyList<string> ids
    )
    {
        HashSet<string> excluded = new(ids, StringComparer.Ordinal);
        return connections.Where(connection => !excluded.Contains(connection.Id));
    }
}
