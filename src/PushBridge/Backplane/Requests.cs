using System.Collections.Concurrent;

namespace PushBridge.Backplane;

/// <summary>
/// The requests under way, oldest first. All have the same time, so that one timer ends those whose time is over. Thread-safe.
/// </summary>
internal sealed class Requests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<ulong, Request> awaitingAnswers = new();
    private readonly ConcurrentQueue<Request> byAge = new();
    private readonly TimeProvider time;
    private readonly TimeSpan timeout;
    private readonly BackplaneMetrics metrics;
    private readonly ITimer timer;
    private readonly Lock sweeping = new();
    private ulong last;

    public Requests(TimeProvider time, TimeSpan timeout, BackplaneMetrics metrics)
    {
        this.metrics = metrics;
        this.time = time;
        this.timeout = timeout;
        timer = time.CreateTimer(_ => Sweep(), null, Tick, Tick);
    }

    public Request Begin(Expect expect, Topic topic)
    {
        Request request = new(Interlocked.Increment(ref last), expect, topic, time.GetTimestamp());
        if (expect == Expect.Answers)
        {
            awaitingAnswers[request.Id] = request;
        }
        if (expect != Expect.Nothing)
        {
            byAge.Enqueue(request);
        }
        return request;
    }

    public Request? Find(ulong id) => awaitingAnswers.GetValueOrDefault(id);

    public void Dispose() => timer.Dispose();

    /// <summary>Ends what is due; the timer calls it.</summary>
    public void Sweep()
    {
        if (!sweeping.TryEnter())
        {
            return;
        }
        try
        {
            while (byAge.TryPeek(out Request? oldest) && IsDue(oldest))
            {
                if (!oldest.IsOver)
                {
                    metrics.Unanswered.Add();
                    oldest.End(isComplete: false);
                }
                awaitingAnswers.TryRemove(oldest.Id, out _);
                byAge.TryDequeue(out _);
            }
        }
        finally
        {
            sweeping.Exit();
        }
    }

    private bool IsDue(Request request) =>
        request.IsOver || time.GetElapsedTime(request.StartedAt) >= timeout;
}
