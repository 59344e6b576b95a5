using PushBridge.Client.Replies;

namespace PushBridge.Client.Connections;

/// <summary>
/// The commands between their call and their answer: those that wait to be written, in the order of the calls, and those that were
/// written and wait for their reply, in the order of the writes. What is written and unanswered is bounded; when the bound is
/// reached, the others wait, and each of them is a caller that waits. Thread-safe.
/// </summary>
internal sealed class CommandQueue(int maxUnanswered, int maxUnansweredBytes, int maxAttempts)
{
    private readonly Lock gate = new();
    private readonly Queue<PendingCommand> waiting = new();
    private readonly Queue<PendingCommand> unanswered = new();

    /// <summary>Written once, or nearly, on a connection that was lost; they go before all others.</summary>
    private readonly Queue<PendingCommand> again = new();
    private long unansweredBytes;
    private bool isFull;
    private bool isClosed;

    public bool HasWaiting
    {
        get
        {
            lock (gate)
            {
                return waiting.Count + again.Count > 0;
            }
        }
    }

    public bool HasUnanswered => OldestWrittenAt is not null;

    /// <summary>When the command was written whose reply comes next; null when none is outstanding.</summary>
    public long? OldestWrittenAt
    {
        get
        {
            lock (gate)
            {
                return unanswered.TryPeek(out PendingCommand? oldest) ? oldest.WrittenAt : null;
            }
        }
    }

    /// <summary>False when the queue is closed.</summary>
    public bool TryAdd(PendingCommand command)
    {
        lock (gate)
        {
            if (!isClosed)
            {
                waiting.Enqueue(command);
            }
            return !isClosed;
        }
    }

    /// <summary>No further commands; those that are here stay.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
        }
    }

    /// <summary>
    /// Moves commands into <paramref name="batch"/>, about so many bytes of them and at most what the bounds leave room for. Those
    /// that were cancelled before are dropped: nobody waits for them, and nobody has seen them.
    /// </summary>
    public void Take(List<PendingCommand> batch, int bytes)
    {
        lock (gate)
        {
            long room = maxUnansweredBytes - unansweredBytes;
            int taken = 0;
            while (Next() is { } next)
            {
                bool fits =
                    unanswered.Count + batch.Count == 0
                    || (
                        unanswered.Count + batch.Count < maxUnanswered
                        && taken + next.Line.Length <= room
                    );
                isFull = !fits;
                if (isFull || (taken > 0 && taken + next.Line.Length > bytes))
                {
                    return;
                }
                taken += next.Line.Length;
                batch.Add(Dequeue());
            }
        }
    }

    /// <summary>The batch is about to be written: from here on its outcome is unknown until it is answered.</summary>
    public void Written(List<PendingCommand> batch, long now)
    {
        lock (gate)
        {
            foreach (PendingCommand command in batch)
            {
                command.Attempts++;
                command.WrittenAt = now;
                unanswered.Enqueue(command);
                unansweredBytes += command.Line.Length;
            }
        }
        batch.Clear();
    }

    /// <summary>The command that the next reply belongs to, or null when nobody has asked for one.</summary>
    /// <param name="roomMade">True when commands had to wait for this.</param>
    public PendingCommand? Answered(out bool roomMade)
    {
        lock (gate)
        {
            roomMade = isFull;
            isFull = false;
            if (unanswered.TryDequeue(out PendingCommand? command))
            {
                unansweredBytes -= command.Line.Length;
            }
            return command;
        }
    }

    /// <summary>
    /// The connection is gone. What may be written again goes back to the front, in its order; the callers of the rest are told that
    /// nobody knows. <paramref name="untouched"/> had been taken, but nothing of it was written.
    /// </summary>
    public void ConnectionLost(List<PendingCommand> untouched, Exception error)
    {
        List<PendingCommand> unknown = [];
        lock (gate)
        {
            PendingCommand[] later = [.. untouched, .. again];
            again.Clear();
            foreach (PendingCommand command in unanswered)
            {
                if (!isClosed && command.IsRepeatable && command.Attempts < maxAttempts)
                {
                    again.Enqueue(command);
                }
                else
                {
                    unknown.Add(command);
                }
            }
            Array.ForEach(later, again.Enqueue);
            unanswered.Clear();
            unansweredBytes = 0;
            isFull = false;
        }
        untouched.Clear();
        unknown.ForEach(command => command.Complete(new(PushReason.OutcomeUnknown, Error: error)));
    }

    /// <summary>There will be no connection for what waits now: every caller is told.</summary>
    public void GiveUp(Exception error)
    {
        List<PendingCommand> told = [];
        lock (gate)
        {
            told.AddRange(again);
            told.AddRange(waiting);
            again.Clear();
            waiting.Clear();
        }
        foreach (PendingCommand command in told)
        {
            PushReason reason =
                command.Attempts > 0 ? PushReason.OutcomeUnknown : PushReason.NotSent;
            command.Complete(new Reply(reason, Error: error));
        }
    }

    /// <summary>The next command that somebody still waits for.</summary>
    private PendingCommand? Next()
    {
        while (again.TryPeek(out PendingCommand? next) || waiting.TryPeek(out next))
        {
            if (!next.IsSettled)
            {
                return next;
            }
            Dequeue();
        }
        return null;
    }

    private PendingCommand Dequeue() =>
        again.TryDequeue(out PendingCommand? first) ? first : waiting.Dequeue();
}
