using System.Threading.RateLimiting;

namespace PushBridge.Backends.Text;

/// <summary>How fast one backend may send commands: a second's worth at once, and then as many a second.</summary>
internal sealed class CommandRate(int perSecond) : IDisposable
{
    private readonly TokenBucketRateLimiter bucket = new(
        new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            // Filled when it is asked, by the time that has passed: no timer for each connection.
            AutoReplenishment = false,
        }
    );

    /// <summary>Null when there is no limit, so that commands cost nothing for it.</summary>
    public static CommandRate? Of(int perSecond) =>
        perSecond == 0 ? null : new CommandRate(perSecond);

    public bool Allows()
    {
        if (bucket.AttemptAcquire().IsAcquired)
        {
            return true;
        }
        return bucket.TryReplenish() && bucket.AttemptAcquire().IsAcquired;
    }

    public void Dispose() => bucket.Dispose();
}
