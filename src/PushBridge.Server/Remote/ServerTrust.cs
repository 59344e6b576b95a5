using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.Remote;

/// <summary>
/// TLS to a server. Its certificate is good when the system's authorities say so, or those of a file; and also when it is the very one that the configuration
/// gives the port, since whoever can read the configuration knows the server, whatever names the certificate is for.
/// </summary>
internal sealed class ServerTrust(
    CertificateOptions own,
    string? authorities,
    string? clientCertificate,
    string? clientKey
)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="CommandFailedException">A file cannot be used.</exception>
    public SocketsHttpHandler NewHandler()
    {
        SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
        };
        SslClientAuthenticationOptions tls = handler.SslOptions;
        tls.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            errors == SslPolicyErrors.None || IsOwn(certificate);
        try
        {
            if (authorities is not null)
            {
                tls.CertificateChainPolicy = Trusting(authorities);
            }
            if (clientCertificate is not null)
            {
                tls.ClientCertificateContext = SslStreamCertificateContext.Create(
                    X509Certificate2.CreateFromPemFile(clientCertificate, clientKey),
                    additionalCertificates: null,
                    offline: true
                );
            }
            return handler;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            handler.Dispose();
            throw new CommandFailedException(CommandLine.ExitCode.Failure, exception.Message);
        }
    }

    /// <summary>For words that are no secrets, to this machine: whose certificate it is does not matter.</summary>
    /// <exception cref="CommandFailedException">A file cannot be used.</exception>
    public SocketsHttpHandler NewHandlerForAnybody()
    {
        SocketsHttpHandler handler = NewHandler();
#pragma warning disable CA5359 // As said above.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return handler;
    }

    private bool IsOwn(X509Certificate? shown)
    {
        if (shown is null || !own.IsSet)
        {
            return false;
        }
        try
        {
            return CertificateFile
                .Read(own)
                .Own.RawDataMemory.Span.SequenceEqual(shown.GetRawCertData());
        }
        catch (CertificateFileException)
        {
            return false; // Not for this user's eyes.
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
        return policy;
    }
}
