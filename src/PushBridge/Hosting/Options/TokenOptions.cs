using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>Which tokens are good: JSON Web Tokens (RFC 7519) that name the uid in <c>sub</c> and end with <c>exp</c>. Section <c>PushBridge:Clients:Authentication:Token</c>.</summary>
public sealed class TokenOptions : IValidatableObject
{
    /// <summary>Keys that tokens may be signed with. Several at once are a rotation: sign with the new one, accept both.</summary>
    public IList<TokenKeyOptions> Keys { get; } = [];

    /// <summary>Where an identity provider publishes its public keys (a JSON Web Key Set); https, or http on loopback. They are fetched when first needed and every ten minutes.</summary>
    public string? JwksUrl { get; set; }

    /// <summary>What <c>aud</c> must contain; empty accepts any.</summary>
    public string? Audience { get; set; }

    /// <summary>What <c>iss</c> must be; empty accepts any.</summary>
    public string? Issuer { get; set; }

    /// <summary>How far the issuer's clock may be off: a token is good this long after its <c>exp</c>, and this long before its <c>nbf</c>. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(JwksUrl) && !ServiceUrl.IsSafe(JwksUrl))
        {
            yield return new ValidationResult(ServiceUrl.Rule, [nameof(JwksUrl)]);
        }
    }
}
