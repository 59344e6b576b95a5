using PushBridge.Connections;

namespace PushBridge.Observability;

/// <summary>A connection that the server ended.</summary>
internal readonly record struct RecentClose(
    string Uid,
    ConnectionKind Kind,
    CloseReason Reason,
    long At
);

/// <summary>The last connections the server ended, so that an operator who asks why somebody is offline finds out. Of a mass of them the newest.</summary>
internal sealed class RecentCloses
{
    private const int Kept = 1_024;

    private readonly Lock gate = new();
    private readonly Queue<RecentClose> closes = new();

    public void Add(RecentClose close)
    {
        lock (gate)
        {
            if (closes.Count == Kept)
            {
                closes.Dequeue();
            }
            closes.Enqueue(close);
        }
    }

    /// <summary>Those of one uid, newest first.</summary>
    public IEnumerable<RecentClose> Of(string uid)
    {
        lock (gate)
        {
            return [.. closes.Where(close => close.Uid == uid).Reverse()];
        }
    }
}
