using System.Collections.Concurrent;
using System.Globalization;
using StackExchange.Redis;

namespace PushBridge.Backplane.Redis;

/// <summary>The nodes' common memory of command ids: who sets the key executes the command, and everybody else waits for its value.</summary>
/// <remarks>
/// A node that takes Redis for unreachable executes by its own memory alone. So it must not conclude that from a clock that ran while the node itself did
/// not: there is a grace after each time-out, in which an answer that has come meanwhile counts. And what it has executed is told when Redis is there again.
/// </remarks>
internal sealed class RedisIds(
    RedisNode node,
    RedisChannels channels,
    TimeSpan timeout,
    TimeProvider time
)
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    /// <summary>Executed ones that Redis has not been told of; beyond that the latest.</summary>
    private const int MaxUntold = 100_000;

    /// <summary>Takes back one's own mark, and nothing that came after it.</summary>
    private const string TakeBack =
        "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

    /// <summary>A node that ends while it executes a command keeps others from it for so long; one that executes it may wait for other nodes thrice.</summary>
    private readonly TimeSpan execution = TimeSpan.FromSeconds(5) + 3 * timeout;
    private readonly string mine = $"?{node.Id:N}";
    private readonly ConcurrentQueue<(UInt128 Id, int Connections, long At)> untold = new();

    /// <summary>One claim of an id at a time, each followed by <see cref="Settle"/> when it is executed here.</summary>
    public async ValueTask<SharedId> ClaimAsync(UInt128 id)
    {
        if (await AcceptingAsync() is not { } link)
        {
            return new SharedId(SharedIdState.Unreachable);
        }
        Claiming claiming = new();
        Task<SharedId> asking = AskAsync(link.Database, channels.OfId(id), claiming);
        if (await IsOverAsync(asking, timeout) || await IsOverAsync(asking, Grace))
        {
            try
            {
                return await asking;
            }
            catch (Exception exception) when (RedisLink.IsLoss(exception))
            {
                // What is known is all there is.
            }
        }
        _ = asking.ContinueWith(
            static late => _ = late.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        return new SharedId(
            claiming.IsOthers ? SharedIdState.Undecided : SharedIdState.Unreachable
        );
    }

    /// <param name="id">One that was executed here.</param>
    /// <param name="connections">How many connections it reached; null when it had no effect: others may try.</param>
    public void Settle(UInt128 id, int? connections)
    {
        // Even when no more commands are to be sent: behind our own mark, which may still wait there, must come what became of it.
        if (node.Link is { } link)
        {
            _ = SettleAsync(link, id, connections);
        }
        else if (connections is { } reached)
        {
            Keep(id, reached);
        }
    }

    /// <summary>Tells what could not be told before.</summary>
    public void Resume()
    {
        for (
            int count = untold.Count;
            count > 0 && untold.TryDequeue(out (UInt128 Id, int Connections, long At) one);
            count--
        )
        {
            if (time.GetElapsedTime(one.At) < Memory)
            {
                Settle(one.Id, one.Connections);
            }
        }
    }

    private async Task<RedisLink?> AcceptingAsync()
    {
        if (node.Link is not null && node.Usable is null)
        {
            await Task.Delay(Grace, time);
        }
        return node.Usable;
    }

    private async Task<bool> IsOverAsync(Task task, TimeSpan patience)
    {
        await task.WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }

    private async Task<SharedId> AskAsync(IDatabase database, string key, Claiming claiming)
    {
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < timeout - 2 * Poll)
        {
            if (await database.StringSetAsync(key, mine, execution, When.NotExists))
            {
                return SharedId.Mine;
            }
            claiming.IsOthers = true;
            string? value = await database.StringGetAsync(key);
            if (string.Equals(value, mine, StringComparison.Ordinal))
            {
                return SharedId.Mine; // The mark of an earlier claim that was not waited for any longer.
            }
            if (int.TryParse(value, CultureInfo.InvariantCulture, out int connections))
            {
                return new SharedId(SharedIdState.Answered, connections);
            }
            claiming.IsOthers = value is not null;
            if (claiming.IsOthers)
            {
                await Task.Delay(Poll, time);
            }
        }
        return new SharedId(SharedIdState.Undecided);
    }

    private async Task SettleAsync(RedisLink link, UInt128 id, int? connections)
    {
        string key = channels.OfId(id);
        try
        {
            if (connections is { } reached)
            {
                await link.Database.StringSetAsync(key, reached, Memory);
            }
            else
            {
                await link.Database.ExecuteAsync("EVAL", TakeBack, 1, key, mine);
            }
        }
        catch (Exception exception) when (RedisLink.IsLoss(exception))
        {
            if (connections is { } reached)
            {
                Keep(id, reached);
            }
        }
    }

    private void Keep(UInt128 id, int connections)
    {
        untold.Enqueue((id, connections, time.GetTimestamp()));
        while (untold.Count > MaxUntold)
        {
            untold.TryDequeue(out _);
        }
    }

    /// <summary>What is known while the claim is under way, for when the time is over.</summary>
    private sealed class Claiming
    {
        /// <summary>Another node executes the command, or has, as far as was heard.</summary>
        public volatile bool IsOthers;
    }
}
