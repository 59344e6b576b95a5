using System.Net;
using PushBridge.Security;

namespace PushBridge.Backends.Text;

/// <summary>
/// How one backend comes in: with a certificate or by a Unix socket it is in already, and so is everybody where no secret is configured;
/// all others present one first.
/// </summary>
internal sealed class BackendEntry(BackendDoor door, IPAddress? address, bool isKnown)
{
    /// <summary>Whether its commands are executed.</summary>
    public bool IsOpen { get; private set; } = isKnown || !door.NeedsSecret;

    /// <summary>False when the secret is wrong, or cannot be looked at; the connection is then to be closed.</summary>
    public bool TryPresent(string secret)
    {
        bool right = door.Check(secret, address) == SecretCheck.Right;
        IsOpen |= right;
        return right;
    }

    /// <summary>It sent something else than a secret.</summary>
    public void Missed() => door.Missed(address);
}
