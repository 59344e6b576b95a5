using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>
/// Certificates as files that live as long as the test: an authority, a server certificate for localhost and 127.0.0.1 that it has signed, and whatever
/// client certificates a test asks for. <see cref="Path"/> has the authority's behind the server's, as a server's file has.
/// </summary>
internal sealed class TestCertificate : IDisposable
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");
    private readonly X509Certificate2 authority;
    private int clients;

    internal TestCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        authority = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
        System.IO.File.WriteAllText(AuthorityPath, authority.ExportCertificatePem());
        Renew();
    }

    /// <summary>The serial number of the server certificate, in hexadecimal digits.</summary>
    internal string Serial { get; private set; } = "";

    internal string Path => File("certificate.pem");

    internal string KeyPath => File("key.pem");

    internal string AuthorityPath => File("authority.pem");

    internal string Folder => folder.FullName;

    /// <summary>Writes another server certificate into the same files.</summary>
    internal void Renew()
    {
        X509Certificate2 server = Sign(
            "CN=localhost",
            ServerUsage,
            TimeProvider.System.GetUtcNow().AddHours(1)
        );
        Serial = server.SerialNumber;
        Save(Path, KeyPath, server);
        System.IO.File.AppendAllText(Path, "\n" + authority.ExportCertificatePem());
    }

    internal string[] Settings => SettingsOf("Clients");

    /// <summary>TLS for one port.</summary>
    internal string[] SettingsOf(string port) =>
        [$"{port}:Certificate:Path={Path}", $"{port}:Certificate:KeyPath={KeyPath}"];

    /// <summary>TLS for one port, and certificates for its clients.</summary>
    internal string[] MutualSettingsOf(string port) =>
        [.. SettingsOf(port), $"{port}:ClientCertificateAuthority={AuthorityPath}"];

    /// <summary>A client certificate of this authority.</summary>
    internal TestClientCertificate Client(string usage = ClientUsage, bool expired = false)
    {
        var now = TimeProvider.System.GetUtcNow();
        var name = $"client{++clients}";
        var client = new TestClientCertificate(File(name + ".pem"), File(name + ".key"));
        Save(
            client.Path,
            client.KeyPath,
            Sign("CN=a backend", usage, expired ? now.AddDays(-1) : now.AddHours(1))
        );
        return client;
    }

    /// <summary>One that is for servers only.</summary>
    internal TestClientCertificate ServerAsClient() => Client(ServerUsage);

    /// <summary>One that does not say what it is for.</summary>
    internal TestClientCertificate ClientForAnything() => Client(usage: "");

    /// <summary>A program that trusts this authority alone, and shows a certificate if it has one.</summary>
    internal SocketsHttpHandler Handler(TestClientCertificate? shown)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        if (shown is not null)
        {
            handler.SslOptions.ClientCertificates = [shown.Load()];
        }
        return handler;
    }

    public void Dispose()
    {
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private string File(string name) => System.IO.Path.Combine(folder.FullName, name);

    private X509Certificate2 Sign(string subject, string usage, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (usage.Length > 0)
        {
            request.CertificateExtensions.Add(
                new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false)
            );
        }
        using var signed = request.Create(
            authority,
            new DateTimeOffset(authority.NotBefore),
            until,
            RandomNumberGenerator.GetBytes(8)
        );
        return signed.CopyWithPrivateKey(key);
    }

    private static void Save(string path, string keyPath, X509Certificate2 certificate)
    {
        using (certificate)
        using (var key = certificate.GetECDsaPrivateKey()!)
        {
            System.IO.File.WriteAllText(path, certificate.ExportCertificatePem());
            System.IO.File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        }
    }
}

/// <summary>A client certificate as two PEM files.</summary>
internal sealed record TestClientCertificate(string Path, string KeyPath)
{
    internal X509Certificate2 Load()
    {
        using var pem = X509Certificate2.CreateFromPemFile(Path, KeyPath);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), password: null);
    }
}
