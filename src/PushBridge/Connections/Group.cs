using System.Collections.Concurrent;

namespace PushBridge.Connections;

/// <summary>
/// The members of one group. Enumerating takes no lock and costs per member; joining and leaving cost the same whatever the
/// size. The registry alone changes it, under its lock.
/// </summary>
internal sealed class Group
{
    private readonly ConcurrentDictionary<ClientConnection, byte> members = new(
        concurrencyLevel: 1,
        capacity: 3
    );

    public bool IsEmpty => members.IsEmpty;

    public IEnumerable<ClientConnection> Members
    {
        get
        {
            foreach (KeyValuePair<ClientConnection, byte> member in members)
            {
                yield return member.Key;
            }
        }
    }

    public void Add(ClientConnection connection) => members.TryAdd(connection, 0);

    public bool Remove(ClientConnection connection) => members.TryRemove(connection, out _);
}
