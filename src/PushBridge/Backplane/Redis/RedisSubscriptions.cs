namespace PushBridge.Backplane.Redis;

/// <summary>Tells Redis, over one connection, which topics this node holds, many at a time, for as long as the connection lives.</summary>
internal sealed class RedisSubscriptions(RedisLink link, HeldTopics held, RedisChannels channels)
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly int epoch = held.Restart();

    /// <summary>Everything that is held at the beginning. Returns how many topics these were.</summary>
    public async Task<int> RestoreAsync()
    {
        int count = 0;
        while (await ApplyAsync() is > 0 and var applied)
        {
            count += applied;
        }
        return count;
    }

    /// <summary>Every change from then on.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        // The wait itself does not look at the token while there is something to do.
        while (!cancellationToken.IsCancellationRequested)
        {
            await held.WhenChangedAsync().WaitAsync(cancellationToken);
            await RestoreAsync();
        }
    }

    /// <exception cref="TimeoutException">Redis does not answer.</exception>
    private async Task<int> ApplyAsync()
    {
        List<(Topic Topic, bool Subscribe)> batch = held.Take(epoch, BatchSize);
        Task[] tasks =
        [
            .. batch.Select(change =>
                change.Subscribe
                    ? link.SubscribeAsync(channels.Of(change.Topic))
                    : link.UnsubscribeAsync(channels.Of(change.Topic))
            ),
        ];
        await Task.WhenAll(tasks).WaitAsync(Timeout);
        foreach ((Topic topic, bool subscribe) in batch)
        {
            held.Done(epoch, topic, subscribe);
        }
        return batch.Count;
    }
}
