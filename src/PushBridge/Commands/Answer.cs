namespace PushBridge.Commands;

/// <summary>The answer to one command with an id, given or still being decided. Thread-safe.</summary>
internal sealed class Answer
{
    private Outcome? outcome;
    private bool ended;
    private TaskCompletionSource<Outcome?>? waiting;

    public void End(Outcome? decided)
    {
        // The object's own monitor: a lock of its own would be kept with it for five minutes.
        lock (this)
        {
            outcome = decided;
            ended = true;
            waiting?.SetResult(decided);
            waiting = null;
        }
    }

    /// <summary>The outcome, once it is there; null when it could not be decided.</summary>
    public ValueTask<Outcome?> WaitAsync()
    {
        lock (this)
        {
            if (ended)
            {
                return ValueTask.FromResult(outcome);
            }
            waiting ??= new TaskCompletionSource<Outcome?>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            return new ValueTask<Outcome?>(waiting.Task);
        }
    }
}
