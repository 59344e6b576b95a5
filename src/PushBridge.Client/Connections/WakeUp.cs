using System.Threading.Tasks.Sources;

namespace PushBridge.Client.Connections;

/// <summary>
/// Wakes one loop from any thread; what happens before it waits again wakes it once more. The loop goes on from the shared queue of
/// the thread pool, behind the callers that have just been answered: what they send next leaves with one write.
/// Allocates nothing.
/// </summary>
internal sealed class WakeUp : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Set = 2;

    private ManualResetValueTaskSourceCore<bool> source;
    private int state;

    public void Signal()
    {
        if (Volatile.Read(ref state) != Set && Interlocked.Exchange(ref state, Set) == Waiting)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Completes at the next signal, or at once when there was one since the last wait. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        source.Reset();
        if (Interlocked.CompareExchange(ref state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, source.Version);
        }
        Interlocked.Exchange(ref state, Idle);
        return ValueTask.CompletedTask;
    }

    void IThreadPoolWorkItem.Execute() => source.SetResult(true);

    void IValueTaskSource.GetResult(short token)
    {
        source.GetResult(token);
        Interlocked.Exchange(ref state, Idle);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => source.OnCompleted(continuation, state, token, flags);
}
