using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace PushBridge.Connections;

/// <summary>
/// Whether another client may come in, and a place for it. Asked before the handshake, so that a full or ending server costs a
/// client one round trip; a place is taken in one step, so that many at the same moment do not exceed the limit.
/// </summary>
internal sealed class AdmissionGate(IOptions<ClientOptions> options)
{
    private readonly int limit = options.Value.MaxConnections;
    private int inside;
    private int serving;
    private volatile bool draining;

    /// <summary>True while the server ends: nobody comes in any more.</summary>
    public bool IsDraining => draining;

    /// <summary>Whether <see cref="TryEnter"/> would succeed at this moment.</summary>
    public bool IsOpen => !draining && Volatile.Read(ref inside) < limit;

    /// <summary>Takes a place, to be given back by <see cref="Leave"/>; false when there is none.</summary>
    public bool TryEnter()
    {
        bool admitted = Interlocked.Increment(ref inside) <= limit && !draining;
        if (!admitted)
        {
            Leave();
        }
        return admitted;
    }

    public void Leave() => Interlocked.Decrement(ref inside);

    /// <summary>Requests of admitted clients that are still being served: a transport ends after its connection.</summary>
    public int Serving => Volatile.Read(ref serving);

    public void Begin() => Interlocked.Increment(ref serving);

    public void End() => Interlocked.Decrement(ref serving);

    public void BeginDrain() => draining = true;

    /// <summary>For the Retry-After header: clients that were turned away come back spread over five seconds, not all at once.</summary>
    public static string RetryAfterSeconds() =>
        RandomNumberGenerator.GetInt32(1, 6).ToString(CultureInfo.InvariantCulture);
}
