namespace PushBridge.Hosting.Options;

/// <summary>A server certificate: a PEM pair or a PFX file.</summary>
public sealed class CertificateOptions
{
    /// <summary>PEM or PFX file; empty means no TLS.</summary>
    public string? Path { get; set; }

    /// <summary>PEM file with the private key, when <see cref="Path"/> has none.</summary>
    public string? KeyPath { get; set; }

    /// <summary>Password of the PFX file or of the encrypted key.</summary>
    public string? Password { get; set; }
}
