using System.Collections.Concurrent;

namespace PushBridge.Backplane;

/// <summary>The other nodes as they have described themselves. Thread-safe.</summary>
internal sealed class PeerTable(TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Heard> peers = new();

    public int Count => peers.Count;

    public IReadOnlyCollection<Peer> All => [.. peers.Values.Select(heard => heard.Peer)];

    /// <summary>True when it was not known before.</summary>
    public bool Hear(Peer peer)
    {
        bool isNew = !peers.ContainsKey(peer.Id);
        peers[peer.Id] = new Heard(peer, time.GetTimestamp());
        return isNew;
    }

    public Peer? Forget(Guid id) => peers.TryRemove(id, out Heard heard) ? heard.Peer : null;

    /// <summary>Those that have not been heard of for so long.</summary>
    public IReadOnlyCollection<Peer> SilentFor(TimeSpan limit) =>
        [
            .. peers
                .Values.Where(heard => time.GetElapsedTime(heard.At) >= limit)
                .Select(heard => heard.Peer),
        ];

    /// <summary>We have been deaf: nobody's silence until now means anything, nor does what it lasts for so much longer.</summary>
    public void Excuse(TimeSpan grace)
    {
        long at = time.GetTimestamp() + (long)(grace.TotalSeconds * time.TimestampFrequency);
        foreach ((Guid id, Heard heard) in peers)
        {
            peers.TryUpdate(id, heard with { At = at }, heard);
        }
    }

    private readonly record struct Heard(Peer Peer, long At);
}
