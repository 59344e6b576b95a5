namespace PushBridge.Backplane;

/// <summary>
/// Which topics this node wants to hear, and which the broker sends it: the difference is what is to be done next. A topic that
/// comes and goes before its turn costs nothing, and one that comes and goes while there is no connection to the broker leaves nothing
/// behind. Nothing is delayed beyond that: for as long as a topic is subscribed that nobody here wants, other nodes would be told
/// that somebody is here. Thread-safe.
/// </summary>
internal sealed class HeldTopics
{
    private readonly Lock gate = new();
    private readonly Dictionary<Topic, Held> topics = [];
    private readonly Queue<Topic> changed = new();
    private TaskCompletionSource work = NewSource();
    private int epoch;
    private bool isConnected;

    /// <summary>Topics held, or still subscribed.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return topics.Count;
            }
        }
    }

    public void Hold(Topic topic, bool isHeld)
    {
        lock (gate)
        {
            if (!topics.TryGetValue(topic, out Held? held))
            {
                if (!isHeld)
                {
                    return;
                }
                topics.Add(topic, held = new Held());
            }
            held.IsWanted = isHeld;
            if (isConnected)
            {
                Enqueue(topic, held);
            }
            else if (!isHeld)
            {
                Remove(topic, held);
            }
        }
    }

    /// <summary>
    /// Keeps a topic subscribed until <see cref="Unpin"/>, whoever leaves meanwhile: a question of our own to it comes back to us, and who no
    /// longer listens would wait for himself.
    /// </summary>
    /// <returns>False when it is not subscribed, nor about to be: nothing will come back.</returns>
    public bool Pin(Topic topic)
    {
        lock (gate)
        {
            bool isThere = topics.TryGetValue(topic, out Held? held);
            if (isThere)
            {
                held!.Pins++;
            }
            return isThere;
        }
    }

    public void Unpin(Topic topic)
    {
        lock (gate)
        {
            // After a new connection it may be another entry.
            if (topics.TryGetValue(topic, out Held? held) && held.Pins > 0 && --held.Pins == 0)
            {
                Enqueue(topic, held);
            }
        }
    }

    /// <summary>Whether the broker may count this node among those that hold the topic.</summary>
    public bool MayCount(Topic topic)
    {
        lock (gate)
        {
            return topics.ContainsKey(topic);
        }
    }

    /// <summary>Completes when the topic is subscribed, or is no longer about to be.</summary>
    public Task WhenHeldAsync(Topic topic)
    {
        lock (gate)
        {
            if (
                !isConnected
                || !topics.TryGetValue(topic, out Held? held)
                || !held.IsWanted
                || held is { IsActive: true, IsBusy: false }
            )
            {
                return Task.CompletedTask;
            }
            held.Waiting ??= NewSource();
            return held.Waiting.Task;
        }
    }

    /// <summary>
    /// A new connection to the broker: nothing is subscribed there. The result is to be given to <see cref="Take"/> and
    /// <see cref="Done"/>.
    /// </summary>
    public int Restart()
    {
        lock (gate)
        {
            epoch++;
            isConnected = true;
            changed.Clear();
            foreach ((Topic topic, Held held) in topics.ToArray())
            {
                held.IsActive = held.IsBusy = held.IsQueued = false;
                held.Pins = 0;
                if (held.IsWanted)
                {
                    Enqueue(topic, held);
                }
                else
                {
                    Remove(topic, held);
                }
            }
            return epoch;
        }
    }

    /// <summary>The connection to the broker is lost; who waits for a topic waits in vain.</summary>
    public void Release()
    {
        lock (gate)
        {
            isConnected = false;
            changed.Clear();
            foreach ((Topic topic, Held held) in topics.ToArray())
            {
                held.IsQueued = false;
                held.Waiting?.TrySetResult();
                held.Waiting = null;
                if (!held.IsWanted)
                {
                    Remove(topic, held);
                }
            }
        }
    }

    /// <summary>Completes when there may be something to do.</summary>
    public Task WhenChangedAsync()
    {
        lock (gate)
        {
            if (changed.Count > 0)
            {
                return Task.CompletedTask;
            }
            if (work.Task.IsCompleted)
            {
                work = NewSource();
            }
            return work.Task;
        }
    }

    /// <summary>What is to be done next, at most so much; each is to be reported to <see cref="Done"/>.</summary>
    /// <param name="takenIn">
    /// The <see cref="Restart"/> that it is to be done after: an earlier connection gets nothing, since nobody would hear of it.
    /// </param>
    /// <param name="max">At most so many.</param>
    public List<(Topic Topic, bool Subscribe)> Take(int takenIn, int max)
    {
        List<(Topic, bool)> batch = [];
        lock (gate)
        {
            while (takenIn == epoch && batch.Count < max && changed.TryDequeue(out Topic topic))
            {
                if (!topics.TryGetValue(topic, out Held? held))
                {
                    continue;
                }
                held.IsQueued = false;
                if (held.IsBusy)
                {
                    continue;
                }
                if (held is { IsWanted: false, Pins: > 0 })
                {
                    continue;
                }
                if (held.IsWanted != held.IsActive)
                {
                    held.IsBusy = true;
                    batch.Add((topic, held.IsWanted));
                }
                else if (!held.IsWanted)
                {
                    Remove(topic, held);
                }
            }
        }
        return batch;
    }

    /// <param name="doneIn">The <see cref="Restart"/> that it was done after; from an earlier one it counts for nothing.</param>
    /// <param name="topic">One of <see cref="Take"/>.</param>
    /// <param name="isActive">Whether it is subscribed now.</param>
    public void Done(int doneIn, Topic topic, bool isActive)
    {
        lock (gate)
        {
            if (doneIn != epoch || !topics.TryGetValue(topic, out Held? held))
            {
                return;
            }
            held.IsBusy = false;
            held.IsActive = isActive;
            if (held.IsWanted != isActive)
            {
                Enqueue(topic, held);
            }
            else if (isActive)
            {
                held.Waiting?.TrySetResult();
                held.Waiting = null;
            }
            else
            {
                Remove(topic, held);
            }
        }
    }

    private void Enqueue(Topic topic, Held held)
    {
        if (!held.IsQueued && !held.IsBusy)
        {
            held.IsQueued = true;
            changed.Enqueue(topic);
            work.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Remove(Topic topic, Held held)
    {
        held.Waiting?.TrySetResult();
        topics.Remove(topic);
    }

    private sealed class Held
    {
        public bool IsWanted { get; set; }

        /// <summary>Subscribed, as far as the broker has said.</summary>
        public bool IsActive { get; set; }

        /// <summary>The broker is being told.</summary>
        public bool IsBusy { get; set; }

        public bool IsQueued { get; set; }

        /// <summary>Questions of ours under way to it.</summary>
        public int Pins { get; set; }

        public TaskCompletionSource? Waiting { get; set; }
    }
}
