using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.CommandLine;

/// <summary>Makes tokens for clients, as an application would, with the keys that the server is configured to take.</summary>
internal sealed class ClientToken(TokenOptions options, TimeProvider time)
{
    /// <summary>The key to sign with: the first that has a secret, and the name if there is one; null when there is none.</summary>
    public TokenKeyOptions? Find(string? kid) =>
        options.Keys.FirstOrDefault(key => key.IsShared && (kid is null || key.Kid == kid));

    /// <summary>The keys that have a secret, as people know them; empty when there is none to sign with.</summary>
    public IReadOnlyList<string> Kids =>
        [
            .. options
                .Keys.Where(key => key.IsShared)
                .Select(key => Or(key.Kid) is { } kid ? $"'{kid}'" : "one without a name"),
        ];

    public string Make(
        TokenKeyOptions key,
        string uid,
        TimeSpan lifetime,
        params IReadOnlyList<string> groups
    )
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        Dictionary<string, object> claims = new(StringComparer.Ordinal) { ["sub"] = uid };
        if (groups.Count > 0)
        {
            claims["groups"] = groups;
        }
        return new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Claims = claims,
                Expires = now + lifetime,
                IssuedAt = now,
                Audience = Or(options.Audience),
                Issuer = Or(options.Issuer),
                SigningCredentials = new SigningCredentials(
                    new SymmetricSecurityKey(key.ReadSecret()) { KeyId = Or(key.Kid) },
                    key.Algorithm
                ),
            }
        );
    }

    private static string? Or(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
