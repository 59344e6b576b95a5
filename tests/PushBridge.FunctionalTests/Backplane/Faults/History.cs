using System.Collections.Concurrent;
using System.Diagnostics;

namespace PushBridge.FunctionalTests.Backplane.Faults;

public enum PushAnswer
{
    /// <summary>None has come.</summary>
    None,
    Ok,

    /// <summary>A plain <c>fail</c>, which tells no reason.</summary>
    Fail,
    Offline,
    Unavailable,
    Other,
}

/// <summary>One push of one backend connection. Times are milliseconds since the beginning.</summary>
/// <param name="Backend">The number of the backend connection.</param>
/// <param name="Number">Counts up on that connection.</param>
/// <param name="Uid">To whom.</param>
/// <param name="Node">Of the backend.</param>
/// <param name="SentAt">When it was written.</param>
/// <param name="AsksNodes">Whether the answer is to be the nodes' word and not that of Redis.</param>
internal sealed record Push(
    int Backend,
    int Number,
    string Uid,
    string Node,
    double SentAt,
    bool AsksNodes
)
{
    public PushAnswer Answer { get; set; }

    public double AnsweredAt { get; set; } = double.PositiveInfinity;

    /// <summary>Its connection broke, so that no answer can be expected.</summary>
    public bool IsLost { get; set; }
}

/// <summary>One client connection.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Uid">Whose.</param>
/// <param name="Node">Where.</param>
/// <param name="ConnectedAt">From then on it may receive.</param>
internal sealed record Connection(int Id, string Uid, string Node, double ConnectedAt)
{
    /// <summary>From then on it must receive: every node has been seen to reach it.</summary>
    public double SettledAt { get; set; } = double.PositiveInfinity;

    /// <summary>Until then it must.</summary>
    public double HealthyUntil { get; set; } = double.PositiveInfinity;

    /// <summary>Until then it may.</summary>
    public double GoneAt { get; set; } = double.PositiveInfinity;
}

internal readonly record struct Receipt(int Connection, int Backend, int Number, double At);

/// <summary>A fault: while it lasts, and for as long as may pass until all is well again, pushes may be refused.</summary>
internal sealed record Fault(double From, double HealedBy);

/// <summary>
/// The link between a node and Redis was cut, at some moment between these, or cut at the first and given up for another one by the second: what Redis counted
/// as received may have been on it.
/// </summary>
internal readonly record struct Cut(string Node, double From, double To);

/// <summary>For so long nothing ran there, for want of a processor: whatever the node, or these tests when it is empty, did then took longer.</summary>
internal readonly record struct Pause(string Node, double From, double To);

/// <summary>Everything that happened, to be judged afterwards. Thread-safe while it grows.</summary>
internal sealed class History
{
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset startedAt = TimeProvider.System.GetUtcNow();

    public ConcurrentQueue<Push> Pushes { get; } = new();

    public ConcurrentQueue<Receipt> Receipts { get; } = new();

    public ConcurrentQueue<Connection> Connections { get; } = new();

    public ConcurrentQueue<Fault> Faults { get; } = new();

    public ConcurrentQueue<Cut> Cuts { get; } = new();

    public ConcurrentQueue<Pause> Pauses { get; } = new();

    /// <summary>When that was, by the time of day that logs have.</summary>
    public double At(DateTimeOffset time) => (time - startedAt).TotalMilliseconds;

    public double Now => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
}
