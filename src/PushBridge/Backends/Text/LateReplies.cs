using System.Buffers;
using PushBridge.Commands;

namespace PushBridge.Backends.Text;

/// <summary>
/// Replies of one backend that other nodes have a part in: they come later, and in any order, and leave in the order of their
/// commands. A reply that is known at once waits behind those that are not. Idle, and free of cost, while every reply is known at once.
/// </summary>
internal sealed class LateReplies(ReplySender replies, ServerMetrics metrics) : IThreadPoolWorkItem
{
    private readonly Lock gate = new();
    private readonly Queue<Entry> entries = new();
    private readonly ArrayBufferWriter<byte> output = new();
    private TaskCompletionSource? shrunk;
    private int shrunkTo;
    private bool isHeld = true;
    private bool isScheduled;
    private volatile int count;

    /// <summary>Only the backend's own thread makes it busy.</summary>
    public bool IsIdle => count == 0;

    public int Count => count;

    /// <summary>A reply to come.</summary>
    /// <param name="before">Replies that leave before it.</param>
    /// <param name="deciding">The command.</param>
    /// <param name="form">What the reply is to look like; null when the backend wants none.</param>
    public void Add(ReadOnlySpan<byte> before, Task<Outcome> deciding, ReplyForm? form)
    {
        Entry entry = new(form);
        lock (gate)
        {
            Keep(before);
            entries.Enqueue(entry);
            count = entries.Count;
        }
        _ = deciding.ContinueWith(
            static (decided, state) =>
            {
                (LateReplies late, Entry entry) = ((LateReplies, Entry))state!;
                late.Decided(entry, decided);
            },
            (this, entry),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>Sends what is ready, and from now on whatever gets ready as soon as it is.</summary>
    /// <param name="last">Replies to the latest commands.</param>
    public void Send(ReadOnlySpan<byte> last)
    {
        lock (gate)
        {
            isHeld = false;
            if (entries.Count == 0)
            {
                replies.Send(last);
                return;
            }
            Keep(last);
            SendReady();
        }
    }

    /// <summary>Completes when no more than so many wait.</summary>
    public Task WhenAtMostAsync(int limit)
    {
        lock (gate)
        {
            if (entries.Count <= limit)
            {
                return Task.CompletedTask;
            }
            shrunkTo = limit;
            shrunk ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return shrunk.Task;
        }
    }

    /// <summary>Several that get ready at about the same time leave together.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (gate)
        {
            isScheduled = false;
            SendReady();
        }
    }

    private void Decided(Entry entry, Task<Outcome> decided)
    {
        // An exception is a mistake of ours; the backend is owed an answer all the same.
        Outcome outcome = decided.IsCompletedSuccessfully
            ? decided.Result
            : Outcome.Fail(FailReason.Unavailable);
        CommandTally.Count(metrics, Door.Text, outcome.Reason);
        lock (gate)
        {
            entry.Outcome = outcome;
            if (!isScheduled && entries.TryPeek(out Entry? head) && head == entry)
            {
                isScheduled = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            entries.Enqueue(new Entry(bytes.ToArray()));
            count = entries.Count;
        }
    }

    private void SendReady()
    {
        while (!isHeld && entries.TryPeek(out Entry? head) && head.TryWrite(output))
        {
            entries.Dequeue();
        }
        replies.Send(output.WrittenSpan);
        output.ResetWrittenCount();
        count = entries.Count;
        if (count <= shrunkTo || count == 0)
        {
            shrunk?.SetResult();
            shrunk = null;
        }
    }

    private sealed class Entry
    {
        private readonly ReplyForm? form;
        private readonly byte[]? bytes;

        public Entry(ReplyForm? form) => this.form = form;

        public Entry(byte[] bytes) => this.bytes = bytes;

        public Outcome? Outcome { get; set; }

        public bool TryWrite(IBufferWriter<byte> output)
        {
            if (bytes is not null)
            {
                output.Write(bytes);
                return true;
            }
            if (Outcome is { } outcome && form is { } wanted)
            {
                Replies.Write(wanted, outcome, output);
            }
            return Outcome is not null;
        }
    }
}
