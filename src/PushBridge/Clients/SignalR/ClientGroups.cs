using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using PushBridge.Commands;
using PushBridge.Connections;

namespace PushBridge.Clients.SignalR;

/// <summary>
/// The groups that one hub client has chosen itself, among those that the configuration leaves to clients. Those it was put into
/// by a backend or by its token are not its own to leave. The hub calls one method of a client at a time.
/// </summary>
internal sealed class ClientGroups(
    ClientConnection connection,
    ConnectionRegistry registry,
    NodeCommands nodes,
    ClientOptions options
)
{
    private readonly HashSet<string> chosen = new(StringComparer.Ordinal);

    /// <summary>Those of the connection that calls.</summary>
    public static ClientGroups Of(HubCallerContext context)
    {
        if (context.Features.Get<ClientGroups>() is { } groups)
        {
            return groups;
        }
        IServiceProvider services = context.GetHttpContext()!.RequestServices;
        groups = new ClientGroups(
            context.Features.Get<HubClientConnection>()!,
            services.GetRequiredService<ConnectionRegistry>(),
            services.GetRequiredService<NodeCommands>(),
            services.GetRequiredService<IOptions<ClientOptions>>().Value
        );
        context.Features.Set(groups);
        return groups;
    }

    /// <summary>Null when it is in the group now, otherwise why not: an exception would be an error in the server's log.</summary>
    public async Task<string?> JoinAsync(string? group)
    {
        if (connection.Uid is null)
        {
            return "say who you are before you join a group";
        }
        if (group is null || !UidRules.IsValid(group) || !IsJoinable(group))
        {
            return "clients may not join this group";
        }
        if (chosen.Count >= options.MaxJoinedGroups && !chosen.Contains(group))
        {
            return $"a client may be in {options.MaxJoinedGroups} groups of its choice";
        }
        if (registry.Join(connection, group))
        {
            chosen.Add(group);
            await nodes.WhenJoinedAsync(group);
        }
        return null;
    }

    public void Leave(string? group)
    {
        if (group is not null && chosen.Remove(group))
        {
            registry.Leave(connection, group);
        }
    }

    private bool IsJoinable(string group)
    {
        foreach (string name in options.JoinableGroups)
        {
            if (
                name.EndsWith('*')
                    ? group.AsSpan().StartsWith(name.AsSpan(..^1), StringComparison.Ordinal)
                    : group == name
            )
            {
                return true;
            }
        }
        return false;
    }
}
