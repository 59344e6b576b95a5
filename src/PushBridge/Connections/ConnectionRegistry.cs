using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace PushBridge.Connections;

internal enum RegisterResult
{
    Registered,

    /// <summary>The connection has said who it is before; the first uid stays.</summary>
    AlreadyRegistered,

    /// <summary>The uid has as many connections as it may have.</summary>
    TooMany,

    /// <summary>The connection has been removed in the meantime.</summary>
    Gone,
}

/// <summary>A uid or group has somebody on this node now, or nobody any more. Called under the registry's lock: must return at once.</summary>
internal delegate void PresenceChanged(bool isGroup, string name, bool isHere);

/// <summary>
/// Who is here: every live connection by id, and those that have a uid by uid and by group. Look-ups take no lock and
/// allocate nothing; changes take one lock. A connection is removed by identity, so that closing one tab never unhooks another.
/// </summary>
internal sealed class ConnectionRegistry(IOptions<ClientOptions> options)
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, ClientConnection> byId = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, ClientConnection[]> byUid = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, Group> groups = new(StringComparer.Ordinal);
    private readonly int maxPerUid = options.Value.MaxConnectionsPerUid;
    private readonly int[] totals = new int[Enum.GetValues<ConnectionKind>().Length];
    private readonly long[] opened = new long[Enum.GetValues<ConnectionKind>().Length];
    private int identified;
    private int uids;
    private int groupCount;

    /// <summary>Told of every first and last connection of a uid or group; set once, before the first connection.</summary>
    public PresenceChanged? PresenceChanged { get; set; }

    /// <summary>Live connections, with or without a uid.</summary>
    public int Total => TotalOf(ConnectionKind.Raw) + TotalOf(ConnectionKind.Hub);

    /// <summary>Connections that have a uid.</summary>
    public int Identified => Volatile.Read(ref identified);

    /// <summary>Different uids among them.</summary>
    public int Uids => Volatile.Read(ref uids);

    /// <summary>Groups that somebody is in.</summary>
    public int Groups => Volatile.Read(ref groupCount);

    /// <summary>Live connections of one kind.</summary>
    public int TotalOf(ConnectionKind kind) => Volatile.Read(ref totals[(int)kind]);

    /// <summary>How many of one kind have come in since the start.</summary>
    public long OpenedOf(ConnectionKind kind) => Interlocked.Read(ref opened[(int)kind]);

    /// <summary>Every live connection; a moving picture, safe to enumerate while connections come and go.</summary>
    public IEnumerable<ClientConnection> All
    {
        get
        {
            foreach (KeyValuePair<string, ClientConnection> entry in byId)
            {
                yield return entry.Value;
            }
        }
    }

    /// <summary>Every uid and how many connections it has; a moving picture like <see cref="All"/>, and no lock either.</summary>
    public IEnumerable<KeyValuePair<string, int>> ByUid
    {
        get
        {
            foreach (KeyValuePair<string, ClientConnection[]> entry in byUid)
            {
                yield return new(entry.Key, entry.Value.Length);
            }
        }
    }

    public void Add(ClientConnection connection)
    {
        if (byId.TryAdd(connection.Id, connection))
        {
            Interlocked.Increment(ref totals[(int)connection.Kind]);
            Interlocked.Increment(ref opened[(int)connection.Kind]);
        }
    }

    /// <summary>Gives the connection its uid: from now on pushes reach it.</summary>
    public RegisterResult Register(ClientConnection connection, string uid)
    {
        lock (gate)
        {
            if (connection.Uid is not null)
            {
                return RegisterResult.AlreadyRegistered;
            }
            if (!IsHere(connection))
            {
                return RegisterResult.Gone;
            }
            ClientConnection[] present = byUid.GetValueOrDefault(uid, []);
            if (present.Length >= maxPerUid)
            {
                return RegisterResult.TooMany;
            }
            // Shares one string among all connections of a uid.
            connection.Uid = present.Length == 0 ? uid : present[0].Uid;
            byUid[uid] = [.. present, connection];
            identified++;
            if (present.Length == 0)
            {
                uids++;
                PresenceChanged?.Invoke(isGroup: false, uid, isHere: true);
            }
            return RegisterResult.Registered;
        }
    }

    /// <summary>Forgets the connection, its uid's entry and its groups. Calling it again does nothing.</summary>
    public void Remove(ClientConnection connection)
    {
        if (!byId.TryRemove(new KeyValuePair<string, ClientConnection>(connection.Id, connection)))
        {
            return;
        }
        Interlocked.Decrement(ref totals[(int)connection.Kind]);
        lock (gate)
        {
            if (connection.Uid is { } uid)
            {
                RemoveFromUid(uid, connection);
            }
            foreach (string group in connection.Groups ?? [])
            {
                RemoveFromGroup(group, connection);
            }
            connection.Groups = null;
        }
    }

    public ClientConnection? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>The connections of a uid at this moment; empty when it has none. The array is never changed.</summary>
    public ReadOnlySpan<ClientConnection> OfUid(ReadOnlySpan<char> uid) =>
        byUid
            .GetAlternateLookup<ReadOnlySpan<char>>()
            .TryGetValue(uid, out ClientConnection[]? connections)
            ? connections
            : [];

    /// <summary>The members of a group, or null when there is no such group.</summary>
    public Group? OfGroup(ReadOnlySpan<char> group) =>
        groups.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(group, out Group? found)
            ? found
            : null;

    /// <summary>Puts a connection into a group until it leaves or closes. False when it is no longer here.</summary>
    public bool Join(ClientConnection connection, string group)
    {
        lock (gate)
        {
            if (!IsHere(connection))
            {
                return false;
            }
            connection.Groups ??= new HashSet<string>(StringComparer.Ordinal);
            if (connection.Groups.Add(group))
            {
                Group members = groups.GetOrAdd(group, static _ => new Group());
                if (members.IsEmpty)
                {
                    groupCount++;
                    PresenceChanged?.Invoke(isGroup: true, group, isHere: true);
                }
                members.Add(connection);
            }
            return true;
        }
    }

    /// <summary>Takes a connection out of a group. False when it was not in it.</summary>
    public bool Leave(ClientConnection connection, string group)
    {
        lock (gate)
        {
            if (connection.Groups is null || !connection.Groups.Remove(group))
            {
                return false;
            }
            RemoveFromGroup(group, connection);
            return true;
        }
    }

    /// <summary>Asked under the lock that <see cref="Remove"/> takes afterwards: what has departed cannot slip in again.</summary>
    private bool IsHere(ClientConnection connection) => Find(connection.Id) == connection;

    private void RemoveFromUid(string uid, ClientConnection connection)
    {
        ClientConnection[] rest = [.. byUid[uid].Where(other => other != connection)];
        identified--;
        if (rest.Length > 0)
        {
            byUid[uid] = rest;
        }
        else
        {
            byUid.TryRemove(uid, out _);
            uids--;
            PresenceChanged?.Invoke(isGroup: false, uid, isHere: false);
        }
    }

    private void RemoveFromGroup(string group, ClientConnection connection)
    {
        if (
            groups.TryGetValue(group, out Group? members)
            && members.Remove(connection)
            && members.IsEmpty
        )
        {
            groups.TryRemove(group, out _);
            groupCount--;
            PresenceChanged?.Invoke(isGroup: true, group, isHere: false);
        }
    }
}
