using System.Globalization;
using StackExchange.Redis;

namespace PushBridge.Backplane.Redis;

/// <summary>The nodes' common memory of command ids: who sets the key executes the command, and everybody else waits for its value.</summary>
internal sealed class RedisIds(RedisChannels channels, TimeSpan timeout, TimeProvider time)
{
    private const string Undecided = "?";

    /// <summary>A node that ends while it executes a command keeps others from it for so long.</summary>
    private static readonly TimeSpan Execution = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    public async ValueTask<SharedId> ClaimAsync(RedisLink? link, UInt128 id)
    {
        if (link is null || !link.Accepts(timeout))
        {
            return new SharedId(SharedIdState.Unreachable);
        }
        Claiming claiming = new();
        try
        {
            return await ClaimAsync(link.Database, channels.OfId(id), claiming)
                .WaitAsync(timeout, time);
        }
        catch (Exception exception) when (RedisLink.IsLoss(exception))
        {
            return new SharedId(
                claiming.IsOthers ? SharedIdState.Undecided : SharedIdState.Unreachable
            );
        }
    }

    public void Settle(RedisLink? link, UInt128 id, int? connections)
    {
        if (link is null)
        {
            return;
        }
        try
        {
            string key = channels.OfId(id);
            if (connections is { } reached)
            {
                link.Database.StringSet(key, reached, Memory, flags: CommandFlags.FireAndForget);
            }
            else
            {
                link.Database.KeyDelete(key, CommandFlags.FireAndForget);
            }
        }
        catch (Exception exception) when (RedisLink.IsLoss(exception))
        {
            // The nodes themselves still know what they have executed.
        }
    }

    private async Task<SharedId> ClaimAsync(IDatabase database, string key, Claiming claiming)
    {
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < timeout - 2 * Poll)
        {
            if (await database.StringSetAsync(key, Undecided, Execution, When.NotExists))
            {
                return SharedId.Mine;
            }
            string? value = await database.StringGetAsync(key);
            if (int.TryParse(value, CultureInfo.InvariantCulture, out int connections))
            {
                return new SharedId(SharedIdState.Answered, connections);
            }
            claiming.IsOthers = value is not null;
            if (value is not null)
            {
                await Task.Delay(Poll, time);
            }
        }
        return new SharedId(SharedIdState.Undecided);
    }

    /// <summary>What is known while the claim is under way, for when the time is over.</summary>
    private sealed class Claiming
    {
        /// <summary>Another node executes the command, as far as was heard.</summary>
        public volatile bool IsOthers;
    }
}
