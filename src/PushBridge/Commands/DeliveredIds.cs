using Microsoft.Extensions.Options;

namespace PushBridge.Commands;

/// <summary>
/// Which commands with an id have had their effect on this node, whichever node they came to. It is the last guard against
/// executing one twice here: when the nodes' common memory was lost or out of reach, or when a backend tries again a command whose
/// answer did not come in time. Kept for as long, and as many, as <see cref="AnsweredIds"/>. Thread-safe.
/// </summary>
internal sealed class DeliveredIds(IOptions<IdOptions> options, TimeProvider time)
{
    private const int Turns = 64;

    private readonly int capacity = options.Value.MaxRemembered;
    private readonly Lock[] turns = [.. Enumerable.Range(0, Turns).Select(_ => new Lock())];
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, int> connections = [];
    private readonly Queue<(UInt128 Id, long At)> ages = new();

    /// <summary>Held from the look at an id until its command is executed.</summary>
    public Lock TurnOf(UInt128 id) => turns[(int)(id % Turns)];

    /// <summary>Whether the command has not had its effect yet; if it has, how many connections it reached.</summary>
    public bool IsNew(UInt128 id, out int reached)
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
            return !connections.TryGetValue(id, out reached);
        }
    }

    /// <param name="id">A new one.</param>
    /// <param name="reached">At least one: without effect it may be tried again.</param>
    public void Add(UInt128 id, int reached)
    {
        lock (gate)
        {
            connections.Add(id, reached);
            ages.Enqueue((id, time.GetTimestamp()));
            if (ages.Count > capacity)
            {
                connections.Remove(ages.Dequeue().Id);
            }
        }
    }
}
