using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PushBridge.Security;

/// <summary>
/// What a port shows in a handshake, and whose client certificates it takes. Those are checked with the port's authorities
/// alone: the system's do not count, nothing is fetched, and a certificate that says what it is for must be for clients.
/// </summary>
internal sealed class TlsTerms
{
    /// <summary>The extended key usage of TLS clients; a certificate without any may be used for all.</summary>
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly SslStreamCertificateContext context;
    private readonly X509ChainPolicy? clients;
    private readonly bool isRequired;

    /// <param name="certificate">What is shown.</param>
    /// <param name="authorities">Those who vouch for clients; null when no certificates are asked for.</param>
    /// <param name="isRequired">Whether a client without a certificate is refused in the handshake.</param>
    public TlsTerms(
        ServerCertificate certificate,
        X509Certificate2Collection? authorities,
        bool isRequired
    )
    {
        context = SslStreamCertificateContext.Create(
            certificate.Own,
            certificate.Others,
            offline: true
        );
        clients = authorities is null ? null : PolicyOf(authorities);
        this.isRequired = isRequired;
        EndsAt = certificate.Own.NotAfter.ToUniversalTime();
    }

    /// <summary>When the certificate ends, in UTC.</summary>
    public DateTime EndsAt { get; }

    /// <summary>For one connection.</summary>
    public SslServerAuthenticationOptions Options() =>
        new()
        {
            ServerCertificateContext = context,
            ClientCertificateRequired = clients is not null,
            CertificateChainPolicy = clients,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // Without it, every fault of a certificate and its absence end the handshake.
            RemoteCertificateValidationCallback =
                clients is null || isRequired ? null : IsGoodOrAbsent,
        };

    private static bool IsGoodOrAbsent(
        object sender,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors
    ) => certificate is null || errors == SslPolicyErrors.None;

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            ApplicationPolicy = { new(ForClients) },
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
