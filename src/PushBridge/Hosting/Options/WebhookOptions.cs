using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The application that is asked who a client is. Section <c>PushBridge:Clients:Authentication:Webhook</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    /// <summary>Where to POST the question; https, or http on loopback. Redirects are not followed.</summary>
    public string? Url { get; set; }

    /// <summary>Time for the whole answer; then the client is sent away to try again. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Questions asked at once; more wait for their turn, within the time-out. 1 to 10,000, default 64.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrent { get; set; } = 64;

    /// <summary>How long a yes holds for the same words from the same address, so that a reconnecting client is not asked about again. 0 asks always. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Names of cookies that are passed on, such as <c>PHPSESSID</c>; of all others nothing is.</summary>
    public IList<string> ForwardCookies { get; } = [];

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(Url) && !ServiceUrl.IsSafe(Url))
        {
            yield return new ValidationResult(ServiceUrl.Rule, [nameof(Url)]);
        }
        foreach (
            ValidationResult problem in EntryRules.Problems(
                nameof(ForwardCookies),
                ForwardCookies,
                IsCookieName,
                "is no name of a cookie, such as PHPSESSID"
            )
        )
        {
            yield return problem;
        }
    }

    /// <summary>RFC 6265, section 4.1.1: a token of RFC 2616.</summary>
    private static bool IsCookieName(string text) =>
        text.Length > 0
        && text.All(character =>
            character is > ' ' and <= '~' && !"()<>@,;:\\\"/[]?={}".Contains(character)
        );
}
