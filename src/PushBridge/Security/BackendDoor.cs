using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Connections;

namespace PushBridge.Security;

/// <summary>What became of a secret that a backend presented.</summary>
internal enum SecretCheck
{
    /// <summary>It is one of ours, or none is needed.</summary>
    Right,

    Wrong,

    /// <summary>Too many wrong ones came from that address; this one was not even looked at.</summary>
    TooMany,
}

/// <summary>
/// Who may push, for all entrances: the networks backends may come from, and the secrets they present. A client certificate or a Unix
/// socket is as good as a secret, and the entrance knows of these.
/// </summary>
internal sealed class BackendDoor(
    BackendSecrets secrets,
    FailedAttempts failed,
    IOptions<BackendOptions> options,
    ServerMetrics metrics,
    BackendDoorLog log
)
{
    private readonly NetworkList networks = new(options.Value.AllowedNetworks);

    /// <summary>Whether backends must present a secret at all.</summary>
    public bool NeedsSecret => secrets.Exist;

    /// <summary>Whether a backend may connect from there; null is no network, and may.</summary>
    public bool Admits(IPAddress? address)
    {
        if (address is null || networks.IsEmpty)
        {
            return true;
        }
        IPAddress plain = PeerAddress.Plain(address);
        if (networks.Contains(plain))
        {
            return true;
        }
        metrics.Limited(Limit.AllowedNetworks);
        log.NotAllowed(plain);
        return false;
    }

    /// <summary>How long the address must wait before it may present a secret; zero: it may at once.</summary>
    public TimeSpan WaitOf(IPAddress? address) =>
        address is null || !secrets.Exist ? TimeSpan.Zero : failed.WaitOf(address);

    /// <summary>Whether the address has to wait; to be asked once for each time it is refused, which is counted.</summary>
    public bool MustWait(IPAddress? address)
    {
        bool must = WaitOf(address) > TimeSpan.Zero;
        if (must)
        {
            metrics.Limited(Limit.FailedAttempts);
        }
        return must;
    }

    /// <summary>A backend that needs a secret presented none.</summary>
    public void Missed(IPAddress? address) => log.NoSecret(address);

    /// <param name="secret">What the backend presented.</param>
    /// <param name="address">Where it is; null for a Unix socket, whose peers are not limited.</param>
    public SecretCheck Check(string secret, IPAddress? address)
    {
        if (!secrets.Exist)
        {
            return SecretCheck.Right;
        }
        if (MustWait(address))
        {
            return SecretCheck.TooMany;
        }
        if (secrets.Contain(secret))
        {
            return SecretCheck.Right;
        }
        log.WrongSecret(address);
        if (address is not null)
        {
            failed.Add(address);
        }
        return SecretCheck.Wrong;
    }
}
