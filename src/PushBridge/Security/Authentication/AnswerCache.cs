using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>Who was let in a moment ago; bounded, and on the monotonic clock, so that no change of the time of day prolongs an answer.</summary>
internal sealed class AnswerCache(TimeProvider time) : IDisposable
{
    private const int MaxEntries = 10_000;

    private readonly MemoryCache entries = new(
        new MemoryCacheOptions { SizeLimit = MaxEntries, Clock = new MonotonicClock(time) }
    );

    public Identity? Find(string key) => entries.Get<Identity>(key);

    /// <param name="key">What the answer depends on.</param>
    /// <param name="identity">The answer.</param>
    /// <param name="keepFor">How long it may be used again; zero keeps nothing.</param>
    /// <param name="lifetime">How long it holds at all.</param>
    public void Keep(string key, Identity identity, TimeSpan keepFor, TimeSpan? lifetime)
    {
        TimeSpan span = lifetime < keepFor ? lifetime.Value : keepFor;
        if (span > TimeSpan.Zero)
        {
            entries.Set(
                key,
                identity,
                new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = span, Size = 1 }
            );
        }
    }

    public void Dispose() => entries.Dispose();

    private sealed class MonotonicClock(TimeProvider time) : ISystemClock
    {
        private readonly long start = time.GetTimestamp();

        public DateTimeOffset UtcNow => DateTimeOffset.UnixEpoch + time.GetElapsedTime(start);
    }
}
