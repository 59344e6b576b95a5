using Microsoft.Extensions.Options;

namespace PushBridge.Commands;

/// <summary>
/// Which commands with an id have had their effect on this node, whichever node they came to. It is the last guard against
/// executing one twice here: when the nodes' common memory was lost or out of reach, or when a backend tries again a command whose
/// answer did not come in time. Kept for as long, and as many, as <see cref="AnsweredIds"/>. Thread-safe.
/// </summary>
internal sealed class DeliveredIds(IOptions<IdOptions> options, TimeProvider time)
{
    private readonly int capacity = options.Value.MaxRemembered;
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, int> connections = [];
    private readonly Queue<(UInt128 Id, long At)> ages = new();

    /// <summary>Whether the command may have its effect now; if not, how many connections it had reached.</summary>
    public bool TryBegin(UInt128 id, out int reached)
    {
        lock (gate)
        {
            while (
                ages.TryPeek(out (UInt128 Id, long At) oldest)
                && time.GetElapsedTime(oldest.At) >= AnsweredIds.Window
            )
            {
                connections.Remove(ages.Dequeue().Id);
            }
            if (connections.TryGetValue(id, out reached))
            {
                return false;
            }
            connections.Add(id, 0);
            return true;
        }
    }

    /// <param name="id">One that was begun.</param>
    /// <param name="reached">0: without effect, so that it may be tried again.</param>
    public void End(UInt128 id, int reached)
    {
        lock (gate)
        {
            if (reached == 0)
            {
                connections.Remove(id);
                return;
            }
            connections[id] = reached;
            ages.Enqueue((id, time.GetTimestamp()));
            if (ages.Count > capacity)
            {
                connections.Remove(ages.Dequeue().Id);
            }
        }
    }
}
