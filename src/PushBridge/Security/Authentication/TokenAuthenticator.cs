using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>
/// Believes signed tokens (RFC 7519, with the advice of RFC 8725): <c>sub</c> is the uid, <c>exp</c> must be there,
/// <c>groups</c> may be. The signature is checked by the JWT library; which keys, which algorithms and what the claims must
/// look like is decided here.
/// </summary>
internal sealed class TokenAuthenticator : IClientAuthenticator
{
    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = 8 * 1024 };
    private readonly TokenOptions options;
    private readonly ITokenKeys[] sources;
    private readonly CoarseClock clock;
    private readonly TimeProvider time;

    public TokenAuthenticator(
        IOptions<ClientOptions> options,
        ConfiguredKeys configured,
        PublishedKeys published,
        CoarseClock clock,
        TimeProvider time
    )
    {
        this.options = options.Value.Authentication.Token;
        sources = [configured, published];
        this.clock = clock;
        this.time = time;
    }

    public CloseReason Malformed => CloseReason.BadToken;

    public bool IsRenewable => true;

    public async ValueTask<Verdict> AuthenticateAsync(Credential credential)
    {
        if (
            Parse(credential.Words) is not { } token
            || token.TryGetHeaderValue<object>("crit", out _)
        )
        {
            return CloseReason.BadToken;
        }
        string? kid = string.IsNullOrEmpty(token.Kid) ? null : token.Kid;
        CloseReason denial = CloseReason.BadToken;
        foreach (ITokenKeys source in sources)
        {
            if (await source.FindAsync(kid) is not { } keys)
            {
                denial = CloseReason.TryAgainLater;
                continue;
            }
            Verdict verdict = await CheckAsync(token, keys);
            if (verdict.Denial != CloseReason.BadToken)
            {
                return verdict;
            }
        }
        return denial;
    }

    private JsonWebToken? Parse(string words)
    {
        if (!handler.CanReadToken(words))
        {
            return null;
        }
        try
        {
            return handler.ReadJsonWebToken(words);
        }
        catch (Exception exception)
            when (exception
                    is ArgumentException
                        or FormatException
                        or JsonException
                        or SecurityTokenException
            )
        {
            return null;
        }
    }

    private async ValueTask<Verdict> CheckAsync(JsonWebToken token, IReadOnlyList<TokenKey> keys)
    {
        TokenKey[] usable = [.. keys.Where(key => key.Algorithm == token.Alg)];
        if (usable.Length == 0)
        {
            return CloseReason.BadToken;
        }
        TokenValidationResult result = await handler.ValidateTokenAsync(token, Rules(usable));
        return result switch
        {
            { IsValid: true } => Identify(token),
            { Exception: SecurityTokenExpiredException } => CloseReason.TokenExpired,
            _ => CloseReason.BadToken,
        };
    }

    private TokenValidationParameters Rules(TokenKey[] keys) =>
        new()
        {
            IssuerSigningKeys = keys.Select(key => key.Key),
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = keys.Select(key => key.Algorithm).Distinct(StringComparer.Ordinal),
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = IsAlive,
            ValidateAudience = !string.IsNullOrEmpty(options.Audience),
            ValidAudience = options.Audience,
            ValidateIssuer = !string.IsNullOrEmpty(options.Issuer),
            ValidIssuer = options.Issuer,
        };

    /// <summary>The library's own check reads the machine's clock.</summary>
    private bool IsAlive(
        DateTime? notBefore,
        DateTime? expires,
        SecurityToken token,
        TokenValidationParameters rules
    )
    {
        if (expires is null || (notBefore is { } start && Until(start) > options.ClockSkew))
        {
            return false;
        }
        return Until(expires.Value) > -options.ClockSkew
            ? true
            : throw new SecurityTokenExpiredException();
    }

    private TimeSpan Until(DateTime moment) => moment - time.GetUtcNow().UtcDateTime;

    private Verdict Identify(JsonWebToken token)
    {
        TimeSpan left = Until(token.ValidTo) + options.ClockSkew;
        return ClaimedIdentity.Read(token.EncodedPayload) is { } claimed
            ? new Identity(claimed.Uid, clock.Exact + (long)left.TotalMilliseconds, claimed.Groups)
            : CloseReason.BadToken;
    }
}
