using System.Security.Cryptography;

namespace PushBridge.Security;

/// <summary>The files that a port's TLS is made of.</summary>
/// <param name="certificate">Options with a path.</param>
/// <param name="authority">The PEM file of those who vouch for clients, if any.</param>
/// <param name="isOptional">Whether there is another way for clients to show that they may come in.</param>
internal sealed class TlsFiles(CertificateOptions certificate, string? authority, bool isOptional)
{
    private readonly string[] paths =
    [
        .. new[] { certificate.Path, certificate.KeyPath, authority }
            .OfType<string>()
            .Where(path => path.Length > 0),
    ];

    /// <summary>Something else whenever one of them says something else, is missing, or cannot be read.</summary>
    public string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in paths)
        {
            // The content, not the time: what is replaced may be a folder that links lead through.
            hash.AppendData(SHA256.HashData(ContentOf(path)));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public TlsTerms Read()
    {
        bool asks = !string.IsNullOrEmpty(authority);
        return new TlsTerms(
            CertificateFile.Read(certificate),
            asks
                ? CertificateFile.ReadAuthorities(
                    authority!,
                    nameof(TextOptions.ClientCertificateAuthority)
                )
                : null,
            asks && !isOptional
        );
    }

    private static byte[] ContentOf(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // Whoever reads it to use it will say why.
        }
    }
}
