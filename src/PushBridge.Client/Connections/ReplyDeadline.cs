namespace PushBridge.Client.Connections;

/// <summary>
/// Ends a connection whose oldest command has waited too long for its reply. One timer, which is set while something is outstanding
/// and looks again when the then oldest command would be overdue.
/// </summary>
internal sealed class ReplyDeadline : IAsyncDisposable
{
    private readonly CommandQueue queue;
    private readonly TimeSpan limit;
    private readonly TimeProvider time;
    private readonly Action<Exception> end;
    private readonly ITimer timer;
    private int isSet;

    public ReplyDeadline(CommandQueue queue, PushClientOptions options, Action<Exception> end)
    {
        this.queue = queue;
        limit = options.ResponseTimeout;
        time = options.TimeProvider;
        this.end = end;
        timer = time.CreateTimer(
            static deadline => ((ReplyDeadline)deadline!).Look(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Something was written.</summary>
    public void Watch()
    {
        if (Interlocked.Exchange(ref isSet, 1) == 0)
        {
            timer.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask DisposeAsync() => timer.DisposeAsync();

    private void Look()
    {
        Interlocked.Exchange(ref isSet, 0);
        if (queue.OldestWrittenAt is not { } oldest)
        {
            return;
        }
        TimeSpan left = limit - time.GetElapsedTime(oldest);
        if (left <= TimeSpan.Zero)
        {
            end(new TimeoutException($"The server did not answer within {limit}."));
        }
        else if (Interlocked.Exchange(ref isSet, 1) == 0)
        {
            // A timer counts in whole milliseconds and would look a moment too early.
            timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }
}
