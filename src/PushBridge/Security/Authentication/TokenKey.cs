using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace PushBridge.Security.Authentication;

/// <summary>
/// A key and the one algorithm it is good for. Whoever makes a token chooses what its head says; a public key must never be
/// taken for the secret of an HMAC (RFC 8725 section 2.1).
/// </summary>
internal sealed record TokenKey(SecurityKey Key, string Algorithm)
{
    /// <summary>Of our own configuration.</summary>
    /// <exception cref="CryptographicException">A key file holds no key for the algorithm.</exception>
    public static TokenKey Read(TokenKeyOptions options)
    {
        SecurityKey key = options.IsShared
            ? new SymmetricSecurityKey(options.ReadSecret())
            : ReadPublic(options.PublicKeyFile!, options.Algorithm);
        key.KeyId = string.IsNullOrEmpty(options.Kid) ? null : options.Kid;
        return new TokenKey(key, options.Algorithm);
    }

    /// <summary>Of a published key set; null for a key that signs no tokens of a kind we take.</summary>
    public static TokenKey? Of(JsonWebKey key)
    {
        if (key.Use is not (null or "" or "sig"))
        {
            return null;
        }
        string? algorithm = (key.Kty, key.Alg, key.Crv) switch
        {
            ("RSA", null or "", _) => SecurityAlgorithms.RsaSha256,
            ("RSA", ['R' or 'P', 'S', ..], _) => key.Alg,
            ("EC", null or "", "P-256") or ("EC", "ES256", _) => SecurityAlgorithms.EcdsaSha256,
            ("EC", null or "", "P-384") or ("EC", "ES384", _) => SecurityAlgorithms.EcdsaSha384,
            ("EC", null or "", "P-521") or ("EC", "ES512", _) => SecurityAlgorithms.EcdsaSha512,
            _ => null,
        };
        return algorithm is null ? null : new TokenKey(key, algorithm);
    }

    private static AsymmetricSecurityKey ReadPublic(string file, string algorithm)
    {
        string pem = File.ReadAllText(file);
        bool isCertificate = pem.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal);
        if (algorithm.StartsWith("ES", StringComparison.Ordinal))
        {
            return new ECDsaSecurityKey(
                isCertificate
                    ? X509Certificate2.CreateFromPem(pem).GetECDsaPublicKey()
                        ?? throw NoKey(file, algorithm)
                    : Import(ECDsa.Create(), pem, file, algorithm)
            );
        }
        return new RsaSecurityKey(
            isCertificate
                ? X509Certificate2.CreateFromPem(pem).GetRSAPublicKey()
                    ?? throw NoKey(file, algorithm)
                : Import(RSA.Create(), pem, file, algorithm)
        );
    }

    private static TKey Import<TKey>(TKey key, string pem, string file, string algorithm)
        where TKey : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw NoKey(file, algorithm);
        }
    }

    private static CryptographicException NoKey(string file, string algorithm) =>
        new($"{file} holds no public key for {algorithm}");
}
