using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PushBridge.Hosting.Options;

/// <summary>A server's certificate with its key, and the certificates between it and its authority.</summary>
internal sealed record ServerCertificate(X509Certificate2 Own, X509Certificate2Collection Others);

/// <summary>A file that cannot be used; the message is one line for an operator, and the option is the one to change.</summary>
internal sealed class CertificateFileException(string option, string message) : IOException(message)
{
    public string Option => option;
}

/// <summary>Reads the certificates that options name. Throws nothing but <see cref="CertificateFileException"/>.</summary>
internal static class CertificateFile
{
    private const string PemBegin = "-----BEGIN ";
    private const string EncryptedKey = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

    /// <summary>ERROR_INVALID_PASSWORD, which the loader of PFX files reports on every system.</summary>
    private const int WrongPassword = unchecked((int)0x80070056);

    public static ServerCertificate Read(CertificateOptions options)
    {
        byte[] content = ContentOf(options.Path!, nameof(options.Path));
        string text = Encoding.UTF8.GetString(content);
        ServerCertificate read = text.Contains(PemBegin, StringComparison.Ordinal)
            ? FromPem(text, options)
            : FromPfx(content, options);
        // There, TLS does not find keys that are in memory only.
        return OperatingSystem.IsWindows() ? read with { Own = Stored(read.Own) } : read;
    }

    /// <summary>The certificates of a PEM file, at least one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    public static X509Certificate2Collection ReadAuthorities(string path, string option)
    {
        string text = Encoding.UTF8.GetString(ContentOf(path, option));
        return CertificatesOf(text, path, option);
    }

    private static byte[] ContentOf(string path, string option)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CertificateFileException(option, exception.Message);
        }
    }

    private static ServerCertificate FromPem(string text, CertificateOptions options)
    {
        X509Certificate2Collection all = CertificatesOf(text, options.Path!, nameof(options.Path));
        bool isApart = !string.IsNullOrEmpty(options.KeyPath);
        string keyOption = isApart ? nameof(options.KeyPath) : nameof(options.Path);
        string keyPath = isApart ? options.KeyPath! : options.Path!;
        string key = isApart ? Encoding.UTF8.GetString(ContentOf(keyPath, keyOption)) : text;
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CertificateFileException(
                keyOption,
                isApart
                    ? $"{keyPath} has no private key"
                    : $"{keyPath} has no private key; name the file that has it in {nameof(options.KeyPath)}"
            );
        }
        bool isEncrypted = key.Contains(EncryptedKey, StringComparison.Ordinal);
        try
        {
            X509Certificate2 own = isEncrypted
                ? X509Certificate2.CreateFromEncryptedPem(text, key, options.Password)
                : X509Certificate2.CreateFromPem(text, key);
            all.RemoveAt(0);
            return new ServerCertificate(own, all);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw isEncrypted
                ? new CertificateFileException(
                    nameof(options.Password),
                    $"it does not open the key in {keyPath}, or the key is not the certificate's"
                )
                : new CertificateFileException(
                    keyOption,
                    $"the private key in {keyPath} is malformed or not the certificate's"
                );
        }
    }

    private static ServerCertificate FromPfx(byte[] content, CertificateOptions options)
    {
        try
        {
            X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12Collection(
                content,
                options.Password
            );
            if (all.FirstOrDefault(certificate => certificate.HasPrivateKey) is not { } own)
            {
                throw new CertificateFileException(
                    nameof(options.Path),
                    $"{options.Path} has no certificate with a private key"
                );
            }
            all.Remove(own);
            return new ServerCertificate(own, all);
        }
        catch (CryptographicException exception)
        {
            throw exception.HResult == WrongPassword
                ? new CertificateFileException(
                    nameof(options.Password),
                    $"it does not open {options.Path}"
                )
                : new CertificateFileException(
                    nameof(options.Path),
                    $"{options.Path} is neither a PEM nor a PFX file"
                );
        }
    }

    private static X509Certificate2Collection CertificatesOf(
        string text,
        string path,
        string option
    )
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            throw new CertificateFileException(option, $"{path} has a malformed certificate");
        }
        return certificates.Count > 0
            ? certificates
            : throw new CertificateFileException(option, $"{path} has no certificate in PEM form");
    }

    private static X509Certificate2 Stored(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
}
