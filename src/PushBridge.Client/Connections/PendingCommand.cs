using System.Collections.ObjectModel;
using System.Threading.Tasks.Sources;
using PushBridge.Client.Commands;
using PushBridge.Client.Replies;

namespace PushBridge.Client.Connections;

/// <summary>
/// One command from the call to its result, and the task that the caller awaits. Reused: once its caller has taken the
/// result, nobody else holds it. A cancelled one is left to the collector, since it may still stand in a queue.
/// </summary>
internal sealed class PendingCommand
    : IValueTaskSource<PushResult>,
        IValueTaskSource<OnlineResult>,
        IValueTaskSource<CountResult>
{
    /// <summary>A longer line's memory is given back after use.</summary>
    private const int KeptBytes = 4 * 1024;

    private readonly PendingCommandPool pool;
    private ManualResetValueTaskSourceCore<Reply> source = new()
    {
        // Callers go on elsewhere: what they do next must not hold up the replies behind theirs.
        RunContinuationsAsynchronously = true,
    };
    private CancellationTokenRegistration cancellation;
    private bool settled;

    public PendingCommand(PendingCommandPool pool) => this.pool = pool;

    public LineBuffer Line { get; } = new(KeptBytes);

    /// <summary>True when writing it twice does no harm: it has an id, or it only asks.</summary>
    public bool IsRepeatable { get; set; }

    /// <summary>How often it has been written.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was last written.</summary>
    public long WrittenAt { get; set; }

    /// <summary>True when nobody waits for it any more.</summary>
    public bool IsSettled => Volatile.Read(ref settled);

    public short Version => source.Version;

    /// <summary>Lets the token end the caller's wait; the command itself stays where it is.</summary>
    public void CancelWith(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            cancellation = token.UnsafeRegister(
                static (command, cancelled) => ((PendingCommand)command!).Cancel(cancelled),
                this
            );
        }
    }

    /// <summary>
    /// Gives the caller the server's word. A refusal is that of the last attempt: what became of an earlier one, whose answer never came, it does not tell.
    /// </summary>
    public void Answer(Reply reply) =>
        Complete(
            Attempts > 1 && reply.MeansNobody
                ? new Reply(
                    PushReason.OutcomeUnknown,
                    Error: new IOException(
                        $"An earlier attempt was not answered; the last one was refused: {reply.Reason}."
                    )
                )
                : reply
        );

    /// <summary>Gives the caller its result, unless it has one already.</summary>
    public void Complete(Reply reply)
    {
        if (!Interlocked.Exchange(ref settled, true))
        {
            source.SetResult(reply);
        }
    }

    PushResult IValueTaskSource<PushResult>.GetResult(short token)
    {
        Reply reply = Take(token);
        return new PushResult(reply.Reason, reply.Connections, reply.Error);
    }

    OnlineResult IValueTaskSource<OnlineResult>.GetResult(short token)
    {
        Reply reply = Take(token);
        return new OnlineResult(
            reply.Reason,
            reply.Online ?? ReadOnlyDictionary<string, int>.Empty,
            reply.Error
        );
    }

    CountResult IValueTaskSource<CountResult>.GetResult(short token)
    {
        Reply reply = Take(token);
        return new CountResult(reply.Reason, reply.Connections, reply.Uids, reply.Error);
    }

    ValueTaskSourceStatus IValueTaskSource<PushResult>.GetStatus(short token) =>
        source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<OnlineResult>.GetStatus(short token) =>
        source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<CountResult>.GetStatus(short token) =>
        source.GetStatus(token);

    void IValueTaskSource<PushResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<OnlineResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<CountResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => source.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (!Interlocked.Exchange(ref settled, true))
        {
            source.SetException(new OperationCanceledException(token));
        }
    }

    private Reply Take(short token)
    {
        Reply reply = source.GetResult(token);
        // Waits for a cancellation that is running this moment: it must not meet the next command's caller.
        cancellation.Dispose();
        cancellation = default;
        source.Reset();
        settled = false;
        IsRepeatable = false;
        Attempts = 0;
        Line.Clear();
        pool.Return(this);
        return reply;
    }
}
