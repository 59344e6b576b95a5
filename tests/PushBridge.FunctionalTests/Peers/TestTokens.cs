using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>Makes tokens the way an application would, byte by byte, so that nothing of the server's own code signs what it checks.</summary>
internal static class TestTokens
{
    public const string Secret = "a-secret-of-the-tests-0123456789abcdef";

    /// <summary>A moment from now in the seconds of a token.</summary>
    public static long In(double seconds) =>
        DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds();

    /// <summary>A good token of the uid.</summary>
    public static string For(string uid, double seconds = 60) =>
        Sign($$"""{"sub":"{{uid}}","exp":{{In(seconds)}}}""");

    public static string Sign(
        string payload,
        string secret = Secret,
        string header = """{"alg":"HS256","typ":"JWT"}"""
    )
    {
        string signed = $"{Encode(header)}.{Encode(payload)}";
        byte[] key = Encoding.UTF8.GetBytes(secret);
        byte[] bytes = Encoding.ASCII.GetBytes(signed);
        byte[] signature = header.Contains("HS512", StringComparison.Ordinal)
            ? HMACSHA512.HashData(key, bytes)
            : HMACSHA256.HashData(key, bytes);
        return $"{signed}.{KnownSecrets.Register(Base64Url.EncodeToString(signature))}";
    }

    /// <summary>Signed with a private key: RS256 by RSA, ES256 by an elliptic curve.</summary>
    public static string Sign(string payload, AsymmetricAlgorithm key, string kid = "")
    {
        string algorithm = key is RSA ? "RS256" : "ES256";
        string signed =
            $"{Encode($$"""{"alg":"{{algorithm}}","kid":"{{kid}}"}""")}.{Encode(payload)}";
        byte[] bytes = Encoding.ASCII.GetBytes(signed);
        byte[] signature = key switch
        {
            RSA rsa => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            ECDsa ecdsa => ecdsa.SignData(bytes, HashAlgorithmName.SHA256),
            _ => throw new ArgumentException("No such key.", nameof(key)),
        };
        return $"{signed}.{KnownSecrets.Register(Base64Url.EncodeToString(signature))}";
    }

    public static string Encode(string text) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
