using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PushBridge.Security;

/// <summary>
/// TLS of one port: what the server shows, and whose client certificates it takes. Those are checked with the port's authorities
/// alone: the system's do not count, nothing is fetched, and a certificate that says what it is for must be for clients.
/// </summary>
internal sealed class PortTls
{
    private readonly SslStreamCertificateContext context;
    private readonly ServerCertificate certificate;

    private PortTls(ServerCertificate certificate, X509ChainPolicy? clients, bool isRequired)
    {
        this.certificate = certificate;
        context = SslStreamCertificateContext.Create(
            certificate.Own,
            certificate.Others,
            offline: true
        );
        Clients = clients;
        IsRequired = isRequired;
    }

    public X509Certificate2 Certificate => certificate.Own;

    public X509Certificate2Collection Intermediates => certificate.Others;

    /// <summary>How client certificates are checked; null when none are asked for.</summary>
    public X509ChainPolicy? Clients { get; }

    /// <summary>Whether a client without a certificate is refused in the handshake.</summary>
    public bool IsRequired { get; }

    /// <summary>Null for a port without TLS.</summary>
    /// <param name="certificate">Valid options.</param>
    /// <param name="authority">The PEM file of those who vouch for clients, if any.</param>
    /// <param name="isOptional">Whether there is another way to show that one may come in.</param>
    public static PortTls? Of(CertificateOptions certificate, string? authority, bool isOptional)
    {
        if (!certificate.IsSet)
        {
            return null;
        }
        bool asks = !string.IsNullOrEmpty(authority);
        return new PortTls(
            CertificateFile.Read(certificate),
            asks ? PolicyOf(authority!) : null,
            asks && !isOptional
        );
    }

    /// <summary>For one connection.</summary>
    public SslServerAuthenticationOptions Options() =>
        new()
        {
            ServerCertificateContext = context,
            ClientCertificateRequired = Clients is not null,
            CertificateChainPolicy = Clients,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // Without it, every fault of a certificate and its absence end the handshake.
            RemoteCertificateValidationCallback =
                Clients is null || IsRequired ? null : IsGoodOrAbsent,
        };

    private static bool IsGoodOrAbsent(
        object sender,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors
    ) => certificate is null || errors == SslPolicyErrors.None;

    private static X509ChainPolicy PolicyOf(string authority)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            // The extended key usage of TLS clients; a certificate without any may be used for all.
            ApplicationPolicy = { new("1.3.6.1.5.5.7.3.2") },
        };
        policy.CustomTrustStore.AddRange(
            CertificateFile.ReadAuthorities(
                authority,
                nameof(TextOptions.ClientCertificateAuthority)
            )
        );
        return policy;
    }
}
