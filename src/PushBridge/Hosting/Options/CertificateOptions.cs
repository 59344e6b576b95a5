using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>A server certificate: a PEM pair or a PFX file, with the intermediate certificates it needs. Read at start, and again when it
/// has changed: connections that come from then on get the new one.</summary>
public sealed class CertificateOptions : IValidatableObject
{
    /// <summary>PEM or PFX file; empty means no TLS.</summary>
    public string? Path { get; set; }

    /// <summary>PEM file with the private key, when <see cref="Path"/> has none.</summary>
    public string? KeyPath { get; set; }

    /// <summary>Password of the PFX file or of the encrypted key.</summary>
    public string? Password { get; set; }

    internal bool IsSet => !string.IsNullOrEmpty(Path);

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (!IsSet)
        {
            return string.IsNullOrEmpty(KeyPath)
                ? []
                : [new ValidationResult("a key needs its certificate", [nameof(Path)])];
        }
        try
        {
            _ = CertificateFile.Read(this);
            return [];
        }
        catch (CertificateFileException exception)
        {
            return [new ValidationResult(exception.Message, [exception.Option])];
        }
    }
}
