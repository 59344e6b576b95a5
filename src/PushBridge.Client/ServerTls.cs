using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PushBridge.Client;

/// <summary>How a client makes TLS, as its options say. Files are read for each connection, so that a renewed certificate counts from the next one on.</summary>
internal sealed class ServerTls(PushClientOptions options)
{
    public SslClientAuthenticationOptions For(string host)
    {
        SslClientAuthenticationOptions tls = new()
        {
            TargetHost = host,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (!string.IsNullOrEmpty(options.CertificateAuthority))
        {
            tls.CertificateChainPolicy = Trusting(options.CertificateAuthority);
        }
        if (!string.IsNullOrEmpty(options.ClientCertificate))
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(
                Certificate(),
                additionalCertificates: null,
                offline: true
            );
        }
        options.ConfigureTls?.Invoke(tls);
        return tls;
    }

    /// <summary>What is wrong with the files; null when nothing is.</summary>
    public string? Problem()
    {
        try
        {
            using X509Certificate2? certificate = string.IsNullOrEmpty(options.ClientCertificate)
                ? null
                : Certificate();
            if (!string.IsNullOrEmpty(options.CertificateAuthority))
            {
                _ = Trusting(options.CertificateAuthority);
            }
            return null;
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or CryptographicException
                        or ArgumentException
            )
        {
            return $"{nameof(options.ClientCertificate)} and {nameof(options.CertificateAuthority)} must name usable PEM files: {exception.Message}";
        }
    }

    private static X509ChainPolicy Trusting(string path)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.ImportFromPemFile(path);
        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new CryptographicException($"{path} has no certificate.");
    }

    private X509Certificate2 Certificate()
    {
        string? keyPath = string.IsNullOrEmpty(options.ClientCertificateKey)
            ? null
            : options.ClientCertificateKey;
        X509Certificate2 certificate = string.IsNullOrEmpty(options.ClientCertificatePassword)
            ? X509Certificate2.CreateFromPemFile(options.ClientCertificate!, keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(
                options.ClientCertificate!,
                options.ClientCertificatePassword,
                keyPath
            );
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }
        // There, TLS does not find keys that are in memory only.
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(
                certificate.Export(X509ContentType.Pfx),
                password: null
            );
        }
    }
}
