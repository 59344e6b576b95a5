using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace PushBridge.Connections;

/// <summary>
/// Whether another client may come in, and a place for it. Asked before the handshake, so that a full or ending server costs a
/// client one round trip; a place is taken in one step, so that many at the same moment do not exceed the limit. The rates
/// spread a storm of reconnecting clients over seconds: who is turned away hears when to come back.
/// </summary>
internal sealed class AdmissionGate(
    IOptions<ClientOptions> options,
    AddressLimits addresses,
    ServerMetrics metrics,
    AdmissionLog log
) : IDisposable
{
    private const int BurstSeconds = 2;

    private readonly int limit = options.Value.MaxConnections;
    private readonly TokenBucketRateLimiter rate = new(
        new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Value.MaxConnectsPerSecond * BurstSeconds,
            TokensPerPeriod = Math.Max(options.Value.MaxConnectsPerSecond / 10, 1),
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
        }
    );
    private int inside;
    private int serving;
    private volatile bool leaving;
    private volatile bool draining;

    /// <summary>True as soon as the server is about to end: whoever can choose goes elsewhere, and who comes is served.</summary>
    public bool IsLeaving => leaving;

    /// <summary>True while the server ends: nobody comes in any more.</summary>
    public bool IsDraining => draining;

    /// <summary>
    /// Whether a client that comes now may go on to <see cref="TryEnter"/>; to be asked once for each. What it answers is counted.
    /// </summary>
    public Admission Ask(IPAddress? address)
    {
        string? reached =
            Volatile.Read(ref inside) >= limit ? Limit.Connections
            : addresses.IsFull(address) ? Limit.ConnectionsPerAddress
            : !addresses.TryConnect(address) ? Limit.ConnectRatePerAddress
            : !rate.AttemptAcquire().IsAcquired ? Limit.ConnectRate
            : null;
        if (reached is not null)
        {
            metrics.Limited(reached);
            log.TurnedAway(reached);
        }
        return draining ? Admission.Unavailable
            : reached is null ? Admission.Granted
            : reached == Limit.ConnectRatePerAddress ? Admission.TooManyRequests
            : Admission.Unavailable;
    }

    /// <summary>Takes a place, to be given back by <see cref="Leave"/>; false when there is none.</summary>
    public bool TryEnter(IPAddress? address)
    {
        if (Interlocked.Increment(ref inside) > limit || draining || !addresses.TryEnter(address))
        {
            Interlocked.Decrement(ref inside);
            return false;
        }
        return true;
    }

    public void Leave(IPAddress? address)
    {
        Interlocked.Decrement(ref inside);
        addresses.Leave(address);
    }

    /// <summary>Requests of admitted clients that are still being served: a transport ends after its connection.</summary>
    public int Serving => Volatile.Read(ref serving);

    public void Begin() => Interlocked.Increment(ref serving);

    public void End() => Interlocked.Decrement(ref serving);

    public void BeginLeave() => leaving = true;

    public void BeginDrain() => leaving = draining = true;

    public void Dispose() => rate.Dispose();

    /// <summary>For the Retry-After header: clients that were turned away come back spread over five seconds, not all at once.</summary>
    public static string RetryAfterSeconds() =>
        RandomNumberGenerator.GetInt32(1, 6).ToString(CultureInfo.InvariantCulture);
}

/// <summary>Whether a client may come in, in terms of HTTP.</summary>
internal enum Admission
{
    Granted,

    /// <summary>The server is full, too busy, or ends: 503.</summary>
    Unavailable,

    /// <summary>This address comes too often: 429.</summary>
    TooManyRequests,
}
