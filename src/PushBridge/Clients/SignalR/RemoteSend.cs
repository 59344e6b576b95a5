using PushBridge.Commands;
using PushBridge.Connections;

namespace PushBridge.Clients.SignalR;

/// <summary>What an application sends through the hub, as the other nodes are told.</summary>
/// <param name="Kind">Whom it is for.</param>
/// <param name="Uids">The users.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Ids">Connections that are meant, or left out (<see cref="Command.ConnectionIds"/>).</param>
internal readonly record struct RemoteSend(
    CommandKind Kind,
    IReadOnlyList<string>? Uids = null,
    IReadOnlyList<string>? Groups = null,
    IReadOnlyList<string>? Ids = null
)
{
    /// <summary>False when nobody on another node can be meant.</summary>
    public bool HasTarget =>
        Kind switch
        {
            CommandKind.Push => Uids?.Count > 0,
            CommandKind.Group => Groups?.Count > 0,
            CommandKind.Connections => Ids?.Count > 0,
            _ => true,
        };

    public Command ToCommand()
    {
        Command command = new() { Kind = Kind };
        Add(Uids, command.Uids);
        Add(Groups, command.Groups);
        Add(Ids, command.ConnectionIds);
        return command;
    }

    private static void Add(IReadOnlyList<string>? names, NameList list)
    {
        foreach (string name in names ?? [])
        {
            name.CopyTo(list.Reserve(name.Length));
            list.Commit(name.Length);
        }
    }
}
