using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PushBridge.Hosting.Options;
using PushBridge.Security;
using PushBridge.Tests.Commands;

namespace PushBridge.Tests.Security;

/// <summary>What a port shows in handshakes, before and after its files have changed.</summary>
public sealed class PortTlsTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");
    private readonly FakeTime time = new();
    private readonly LogLines<PortTls> logs = [];

    private string Pem => Path.Combine(folder.FullName, "server.pem");

    private string Key => Path.Combine(folder.FullName, "server.key");

    private string Authority => Path.Combine(folder.FullName, "authority.pem");

    public PortTlsTests() => Write("CN=first");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Options_ARenewedCertificate_IsShownFromTheNextLookOn()
    {
        PortTls tls = New();
        Write("CN=second");

        string before = Shown(tls);
        time.Advance(Interval);
        string after = Shown(tls);

        (before, after).Should().Be(("CN=first", "CN=second"));
        logs.Should().ContainSingle().Which.Level.Should().Be(LogLevel.Information);
    }

    [Fact]
    public void Options_NothingChanged_IsTheSameForEver()
    {
        PortTls tls = New();

        for (int look = 0; look < 3; look++)
        {
            time.Advance(Interval);
            Shown(tls).Should().Be("CN=first");
        }
        logs.Should().BeEmpty();
    }

    [Fact]
    public void Options_HalfAPair_WaitsForTheOtherHalf()
    {
        PortTls tls = New();
        string old = File.ReadAllText(Key);
        Write("CN=second");
        string renewed = File.ReadAllText(Key);
        File.WriteAllText(Key, old);

        time.Advance(Interval);
        string half = Shown(tls);
        File.WriteAllText(Key, renewed);
        time.Advance(Interval);
        string whole = Shown(tls);

        (half, whole).Should().Be(("CN=first", "CN=second"));
        logs.Should().NotContain(line => line.Level == LogLevel.Warning);
    }

    [Theory]
    [InlineData("nothing of a certificate", "Path: ")]
    [InlineData(null, "Path: ")]
    public void Options_FilesThatCannotBeUsed_ChangeNothingAndAreNamedOnce(
        string? content,
        string problem
    )
    {
        PortTls tls = New();
        File.Delete(Pem);
        if (content is not null)
        {
            File.WriteAllText(Pem, content);
        }

        for (int look = 0; look < 5; look++)
        {
            time.Advance(Interval);
            Shown(tls).Should().Be("CN=first");
        }
        logs.Should()
            .ContainSingle()
            .Which.Should()
            .Match<(LogLevel Level, string Text)>(line =>
                line.Level == LogLevel.Warning
                && line.Text.Contains("lan", StringComparison.Ordinal)
                && line.Text.Contains(problem, StringComparison.Ordinal)
            );
        Write("CN=second");
        time.Advance(Interval);
        Shown(tls).Should().Be("CN=second");
    }

    [Fact]
    public void Options_ARenewedAuthority_VouchesForClients()
    {
        File.WriteAllText(Authority, Certificate("CN=old authority").ExportCertificatePem());
        PortTls tls = New(Authority);
        File.WriteAllText(Authority, Certificate("CN=new authority").ExportCertificatePem());

        time.Advance(Interval);

        tls.Options()
            .CertificateChainPolicy!.CustomTrustStore.Should()
            .ContainSingle()
            .Which.Subject.Should()
            .Be("CN=new authority");
    }

    [Fact]
    public void Options_AFolderThatIsReplacedBehindALink_IsNoticed()
    {
        string current = Path.Combine(folder.FullName, "current");
        foreach (string version in (string[])["one", "two"])
        {
            Write($"CN={version}");
            DirectoryInfo versioned = folder.CreateSubdirectory(version);
            File.Move(Pem, Path.Combine(versioned.FullName, "server.pem"));
            File.Move(Key, Path.Combine(versioned.FullName, "server.key"));
        }
        Directory.CreateSymbolicLink(current, Path.Combine(folder.FullName, "one"));
        File.CreateSymbolicLink(Pem, Path.Combine(current, "server.pem"));
        File.CreateSymbolicLink(Key, Path.Combine(current, "server.key"));
        PortTls tls = New();
        Directory.Delete(current);
        Directory.CreateSymbolicLink(current, Path.Combine(folder.FullName, "two"));

        string before = Shown(tls);
        time.Advance(Interval);

        (before, Shown(tls)).Should().Be(("CN=one", "CN=two"));
    }

    private PortTls New(string? authority = null) =>
        new(
            "lan",
            new TlsFiles(
                new CertificateOptions { Path = Pem, KeyPath = Key },
                authority,
                isOptional: false
            ),
            new PortTlsLog(logs),
            time
        );

    private static string Shown(PortTls tls)
    {
        SslServerAuthenticationOptions options = tls.Options();
        return options.ServerCertificateContext!.TargetCertificate.Subject;
    }

    private void Write(string subject)
    {
        using X509Certificate2 certificate = Certificate(subject);
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Pem, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 Certificate(string subject)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddDays(-1),
            now.AddDays(1)
        );
    }
}
