using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace PushBridge.Connections;

/// <summary>Whether another client may come in. Refused before the handshake, so that a full or ending server costs the client one round trip.</summary>
internal sealed class AdmissionGate(ConnectionRegistry registry, IOptions<ClientOptions> options)
{
    private readonly int limit = options.Value.MaxConnections;
    private volatile bool draining;

    /// <summary>True while the server ends: nobody comes in any more.</summary>
    public bool IsDraining => draining;

    public bool IsOpen => !draining && registry.Total < limit;

    public void BeginDrain() => draining = true;

    /// <summary>For the Retry-After header: clients that were turned away come back spread over five seconds, not all at once.</summary>
    public static string RetryAfterSeconds() =>
        RandomNumberGenerator.GetInt32(1, 6).ToString(CultureInfo.InvariantCulture);
}
