namespace PushBridge.Backplane;

/// <summary>
/// One command under way to the other nodes. The broker says how many got it, and where their answers are wanted, each gives one; in
/// either order. Ends once: with everything, or with what was known when the time was over. Thread-safe.
/// </summary>
internal sealed class Request(ulong id, Expect expect, Topic topic, long startedAt)
{
    private readonly TaskCompletionSource<NodesReply> source = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Lock gate = new();
    private NodeReply sum;
    private int answers;
    private int receivers = -1;

    public ulong Id => id;

    public Expect Expect => expect;

    public Topic Topic => topic;

    /// <summary>Then every node there is must be among the receivers.</summary>
    public bool IsForEverybody => topic.Kind == TopicKind.Everybody;

    public long StartedAt => startedAt;

    /// <summary>How many nodes got it, as far as is known.</summary>
    public int Receivers => receivers;

    public Task<NodesReply> Reply => source.Task;

    public bool IsOver => source.Task.IsCompleted;

    /// <summary>What has come in.</summary>
    public NodeReply Sum
    {
        get
        {
            lock (gate)
            {
                return sum;
            }
        }
    }

    /// <summary>The broker's count; true when nothing more is to come.</summary>
    /// <param name="nodes">How many it was sent to.</param>
    /// <param name="ours">How many of them may be the sender itself: 0 or 1.</param>
    public bool Reached(long nodes, int ours)
    {
        lock (gate)
        {
            receivers = (int)nodes;
            if (expect != Expect.Answers)
            {
                sum = new NodeReply(Math.Max(0, receivers - ours));
                return true;
            }
            return answers >= receivers;
        }
    }

    /// <summary>A node's answer; true when nothing more is to come.</summary>
    public bool Answered(in NodeReply reply)
    {
        lock (gate)
        {
            sum += reply;
            answers++;
            return receivers >= 0 && answers >= receivers;
        }
    }

    /// <param name="isComplete">Whether it is certain that nobody was missed.</param>
    public void End(bool isComplete) => source.TrySetResult(new NodesReply(Sum, isComplete));
}
