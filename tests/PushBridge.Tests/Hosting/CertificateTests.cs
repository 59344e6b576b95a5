using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;

namespace PushBridge.Tests.Hosting;

/// <summary>Files of certificates, good and bad; a bad one is blamed on the option that has to change.</summary>
public sealed class CertificateTests : IDisposable
{
    private const string Password = "a password of a key";
    private const string Blame = "PushBridge:Text:Certificate";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;
    private readonly TextOptions options = new();

    public CertificateTests() => certificate = Make("CN=localhost", key);

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("pair")]
    [InlineData("encrypted pair")]
    [InlineData("one file")]
    [InlineData("pfx")]
    [InlineData("pfx without a password")]
    public void Validate_AGoodFile_IsRead(string kind)
    {
        Write(kind);

        Problems().Should().BeEmpty();
        ServerCertificate read = CertificateFile.Read(options.Certificate);
        read.Own.Thumbprint.Should().Be(certificate.Thumbprint);
        read.Own.HasPrivateKey.Should().BeTrue();
        read.Others.Should().BeEmpty();
    }

    [Fact]
    public void Read_AChain_KeepsTheOthers()
    {
        Write("pair");
        using ECDsa otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 other = Make("CN=an authority", otherKey);
        File.AppendAllText(options.Certificate.Path!, "\n" + other.ExportCertificatePem());

        ServerCertificate read = CertificateFile.Read(options.Certificate);

        read.Own.Thumbprint.Should().Be(certificate.Thumbprint);
        read.Others.Should().ContainSingle().Which.Thumbprint.Should().Be(other.Thumbprint);
    }

    [Theory]
    [InlineData("no file", $"{Blame}:Path")]
    [InlineData("a folder", $"{Blame}:Path")]
    [InlineData("garbage", $"{Blame}:Path")]
    [InlineData("no certificate", $"{Blame}:Path")]
    [InlineData("malformed certificate", $"{Blame}:Path")]
    [InlineData("no key", $"{Blame}:Path")]
    [InlineData("pfx without a key", $"{Blame}:Path")]
    [InlineData("key without a certificate", $"{Blame}:Path")]
    [InlineData("no key file", $"{Blame}:KeyPath")]
    [InlineData("key file without a key", $"{Blame}:KeyPath")]
    [InlineData("another's key", $"{Blame}:KeyPath")]
    [InlineData("malformed key", $"{Blame}:KeyPath")]
    [InlineData("wrong password", $"{Blame}:Password")]
    [InlineData("no password", $"{Blame}:Password")]
    [InlineData("wrong pfx password", $"{Blame}:Password")]
    public void Validate_ABadFile_IsBlamedOnItsOption(string kind, string option)
    {
        Write(kind);

        Problems()
            .Should()
            .ContainSingle()
            .Which.Should()
            .StartWith($"{option}: ")
            .And.NotContain(Password);
    }

    [Fact]
    public void Validate_AUnixSocket_HasNoTls()
    {
        Write("pair");
        options.Listen = "unix:/run/push.sock";

        Problems().Should().ContainSingle().Which.Should().StartWith($"{Blame}:Path: a Unix");
    }

    [Theory]
    [InlineData("pair", "certificate", null)]
    [InlineData("pair", "missing", "*missing*")]
    [InlineData("pair", "key", "*no certificate*")]
    [InlineData("", "certificate", "*set Certificate:Path*")]
    public void Validate_AnAuthority_NeedsAFileAndTls(string kind, string file, string? problem)
    {
        Write("pair");
        options.ClientCertificateAuthority = In($"{file}.pem");
        if (kind.Length == 0)
        {
            options.Certificate = new CertificateOptions();
        }

        if (problem is null)
        {
            Problems().Should().BeEmpty();
        }
        else
        {
            Problems()
                .Should()
                .ContainSingle()
                .Which.Should()
                .StartWith("PushBridge:Text:ClientCertificateAuthority: ")
                .And.Match(problem);
        }
    }

    private void Write(string kind)
    {
        CertificateOptions to = options.Certificate;
        to.Path = In("certificate.pem");
        string pem = certificate.ExportCertificatePem();
        string keyPem = key.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(to.Path, pem);
        switch (kind)
        {
            case "pair":
            case "another's key":
            case "malformed key":
            case "key file without a key":
                using (ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    to.KeyPath = In("key.pem");
                    File.WriteAllText(
                        to.KeyPath,
                        kind switch
                        {
                            "another's key" => other.ExportPkcs8PrivateKeyPem(),
                            "malformed key" => keyPem.Replace("MI", "NI", StringComparison.Ordinal),
                            "key file without a key" => pem,
                            _ => keyPem,
                        }
                    );
                }
                break;
            case "encrypted pair":
            case "wrong password":
            case "no password":
                to.KeyPath = In("key.pem");
                to.Password = kind switch
                {
                    "encrypted pair" => Password,
                    "wrong password" => "another",
                    _ => null,
                };
                File.WriteAllText(
                    to.KeyPath,
                    key.ExportEncryptedPkcs8PrivateKeyPem(
                        Password,
                        new PbeParameters(
                            PbeEncryptionAlgorithm.Aes256Cbc,
                            HashAlgorithmName.SHA256,
                            1_000
                        )
                    )
                );
                break;
            case "one file":
                File.WriteAllText(to.Path, keyPem + "\n" + pem);
                break;
            case "key without a certificate":
                File.WriteAllText(to.Path, keyPem);
                break;
            case "no certificate":
                File.WriteAllText(to.Path, "-----BEGIN \n");
                break;
            case "malformed certificate":
                File.WriteAllText(to.Path, pem.Replace("MI", "NI", StringComparison.Ordinal));
                break;
            case "garbage":
                File.WriteAllBytes(to.Path, [0, 1, 2, 3]);
                break;
            case "no file":
                File.Delete(to.Path);
                break;
            case "a folder":
                to.Path = folder.FullName;
                break;
            case "no key file":
                to.KeyPath = In("nowhere.pem");
                break;
            case "pfx":
            case "wrong pfx password":
                File.WriteAllBytes(to.Path, certificate.Export(X509ContentType.Pfx, Password));
                to.Password = kind == "pfx" ? Password : "another";
                break;
            case "pfx without a password":
                File.WriteAllBytes(to.Path, certificate.Export(X509ContentType.Pfx));
                break;
            case "pfx without a key":
                using (
                    X509Certificate2 bare = X509CertificateLoader.LoadCertificate(
                        certificate.RawData
                    )
                )
                {
                    File.WriteAllBytes(to.Path, bare.Export(X509ContentType.Pfx));
                }
                break;
            default:
                kind.Should().Be("no key");
                break;
        }
    }

    private static X509Certificate2 Make(string subject, ECDsa key)
    {
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
    }

    private string In(string name) => Path.Combine(folder.FullName, name);

    private IEnumerable<string> Problems()
    {
        ValidateOptionsResult result = new OptionsValidator<TextOptions>(
            TextOptions.Section
        ).Validate(null, options);
        return result.Failures ?? [];
    }
}
