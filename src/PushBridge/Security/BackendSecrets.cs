using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace PushBridge.Security;

/// <summary>
/// The secrets backends may present. Only their hashes are kept, and a comparison takes the same time whichever secret it is
/// compared with and however much of it is right.
/// </summary>
internal sealed class BackendSecrets
{
    private readonly byte[][] hashes;

    public BackendSecrets(IOptions<BackendOptions> options) =>
        hashes = [
            .. options
                .Value.ReadSecrets()
                .Select(secret => SHA256.HashData(Encoding.UTF8.GetBytes(secret))),
        ];

    /// <summary>Whether there is any: without one, nobody is asked.</summary>
    public bool Exist => hashes.Length > 0;

    public bool Contain(string candidate)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(candidate));
        bool found = false;
        foreach (byte[] secret in hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(secret, hash);
        }
        return found;
    }
}
