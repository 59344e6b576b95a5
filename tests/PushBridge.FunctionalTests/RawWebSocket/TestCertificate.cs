using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>A self-signed certificate for localhost as two PEM files that live as long as the test.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    internal TestCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
        File.WriteAllText(Path, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    internal string Path => System.IO.Path.Combine(folder.FullName, "certificate.pem");

    internal string KeyPath => System.IO.Path.Combine(folder.FullName, "key.pem");

    internal string[] Settings =>
        [$"Clients:Certificate:Path={Path}", $"Clients:Certificate:KeyPath={KeyPath}"];

    public void Dispose() => folder.Delete(recursive: true);
}
