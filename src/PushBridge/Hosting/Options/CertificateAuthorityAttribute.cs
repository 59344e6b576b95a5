using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>
/// Validates the PEM file of an authority whose client certificates are asked for. They come with TLS, so that the option needs a
/// <c>Certificate</c> beside it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CertificateAuthorityAttribute : ValidationAttribute
{
    private const string Certificate = nameof(ClientOptions.Certificate);

    public override bool RequiresValidationContext => true;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is not string path || path.Length == 0)
        {
            return ValidationResult.Success;
        }
        string option = validationContext.MemberName!;
        object? certificate = validationContext
            .ObjectType.GetProperty(Certificate)
            ?.GetValue(validationContext.ObjectInstance);
        if (certificate is not CertificateOptions { IsSet: true })
        {
            return new ValidationResult(
                $"client certificates come with TLS; set {Certificate}:{nameof(CertificateOptions.Path)}, too",
                [option]
            );
        }
        try
        {
            _ = CertificateFile.ReadAuthorities(path, option);
            return ValidationResult.Success;
        }
        catch (CertificateFileException exception)
        {
            return new ValidationResult(exception.Message, [option]);
        }
    }
}
