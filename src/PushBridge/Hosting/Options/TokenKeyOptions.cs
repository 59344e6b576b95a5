using System.ComponentModel.DataAnnotations;
using System.Text;

namespace PushBridge.Hosting.Options;

/// <summary>A key that tokens are signed with, and the only algorithm it is good for: a shared secret for HS*, a public key for the others.</summary>
public sealed class TokenKeyOptions : IValidatableObject
{
    internal const int MinSecretBytes = 32;

    private static readonly string[] Shared = ["HS256", "HS384", "HS512"];
    private static readonly string[] Public =
    [
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
    ];

    /// <summary>The key's name, the <c>kid</c> in a token's head. A token that names no key is tried with all.</summary>
    public string? Kid { get; set; }

    /// <summary>HS256, HS384, HS512; RS256, RS384, RS512; PS256, PS384, PS512; ES256, ES384 or ES512. Default HS256.</summary>
    public string Algorithm { get; set; } = "HS256";

    /// <summary>The secret of an HS* key, its bytes in UTF-8; at least 32 of them.</summary>
    public string? Secret { get; set; }

    /// <summary>A file with the secret, instead of <see cref="Secret"/>; one line end at its end is not part of it.</summary>
    public string? SecretFile { get; set; }

    /// <summary>PEM file with the public key or the certificate of an RS*, PS* or ES* key.</summary>
    public string? PublicKeyFile { get; set; }

    internal bool IsShared => Shared.Contains(Algorithm, StringComparer.Ordinal);

    /// <summary>The secret's bytes, wherever it is kept.</summary>
    internal byte[] ReadSecret() =>
        Encoding.UTF8.GetBytes(
            string.IsNullOrEmpty(SecretFile)
                ? Secret ?? ""
                : File.ReadAllText(SecretFile).TrimEnd('\r', '\n')
        );

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (IsShared)
        {
            return ValidateShared();
        }
        return Public.Contains(Algorithm, StringComparer.Ordinal)
            ? ValidatePublic()
            :
            [
                new(
                    $"must be one of {string.Join(", ", [.. Shared, .. Public])}",
                    [nameof(Algorithm)]
                ),
            ];
    }

    private IEnumerable<ValidationResult> ValidateShared()
    {
        string member = string.IsNullOrEmpty(SecretFile) ? nameof(Secret) : nameof(SecretFile);
        int? length = null;
        string problem = "";
        try
        {
            length = ReadSecret().Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = exception.Message;
        }
        if (length is null)
        {
            yield return new ValidationResult(problem, [member]);
        }
        else if (length < MinSecretBytes)
        {
            yield return new ValidationResult(
                $"has {length} bytes; a secret needs at least {MinSecretBytes}, such as openssl rand -hex 32 makes",
                [member]
            );
        }
    }

    private IEnumerable<ValidationResult> ValidatePublic()
    {
        if (!File.Exists(PublicKeyFile))
        {
            yield return new ValidationResult(
                $"must be a PEM file with the public key that {Algorithm} is checked with",
                [nameof(PublicKeyFile)]
            );
        }
    }
}
