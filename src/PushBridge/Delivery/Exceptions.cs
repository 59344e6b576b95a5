using PushBridge.Connections;

namespace PushBridge.Delivery;

/// <summary>Who is left out of a message to many: uids, and connections by id.</summary>
internal readonly struct Exceptions(NameList uids, NameList connectionIds)
{
    private readonly HashSet<string>? uids = uids.ToSet();
    private readonly HashSet<string>? connectionIds = connectionIds.ToSet();

    public bool Contain(ClientConnection connection) =>
        (uids is not null && connection.Uid is { } uid && uids.Contains(uid))
        || connectionIds?.Contains(connection.Id) == true;
}
