using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PushBridge.Connections;
using PushBridge.Hosting.Options;
using PushBridge.Security.Authentication;

namespace PushBridge.Tests.Fuzzing;

/// <summary>Tokens, mutated: 50,000 after they were signed, which must not count, and 50,000 before, which must say what they are taken for.</summary>
public sealed class TokenFuzzTests : IDisposable
{
    private const string Secret = "fuzz-fuzz-fuzz-fuzz-fuzz-fuzz-fuzz";
    private const string Header = """{"alg":"HS256","typ":"JWT"}""";

    private static readonly long Soon = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();

    private static readonly string[] Good =
    [
        Sign(Header, $$"""{"sub":"uid1","exp":{{Soon}}}"""),
        Sign("""{"alg":"HS256","kid":"k"}""", $$"""{"exp":{{Soon}},"sub":17,"groups":["a"]}"""),
        Sign(Header, $$"""{"sub":"ä","exp":{{Soon}},"nbf":1,"aud":["x"],"iss":"y","jti":null}"""),
    ];

    private static readonly Mutator Signed = new(Good);

    private static readonly Mutator Claims = new(
        $$"""{"sub":"uid1","exp":{{Soon}}}""",
        $$"""{"exp":{{Soon}}.5,"sub":17,"groups":["a","b"],"nbf":1}""",
        $$"""{"sub":"\u00e4\ud83d\ude00","exp":{{Soon}},"aud":["x",null],"iss":{},"iat":-1e9}""",
        """{"sub":"a","exp":1e18,"nbf":"x","groups":[[]],"sub":"b"}"""
    );

    private static readonly Mutator Headers = new(
        Header,
        """{"alg":"HS256","kid":"k","crit":[]}""",
        """{"alg":"none","jwk":{"kty":"oct","k":"AA"},"x5u":"http://x/"}"""
    );

    private readonly ServiceClient service = new();
    private readonly TokenAuthenticator authenticator;

    public TokenFuzzTests()
    {
        ClientOptions options = new();
        options.Authentication.Token.Keys.Add(new TokenKeyOptions { Secret = Secret });
        IOptions<ClientOptions> wrapped = Options.Create(options);
        authenticator = new TokenAuthenticator(
            wrapped,
            new ConfiguredKeys(wrapped),
            new PublishedKeys(
                wrapped,
                service,
                TimeProvider.System,
                new AuthenticationLog(
                    NullLogger<IClientAuthenticator>.Instance,
                    TimeProvider.System
                )
            ),
            new CoarseClock(TimeProvider.System),
            TimeProvider.System
        );
    }

    [Fact]
    public void AuthenticateAsync_ASignedTokenThatWasChanged_IsNoIdentity() =>
        Fuzz.Run(
            50_000,
            random =>
            {
                string token = Encoding.UTF8.GetString(Signed.Next(random));
                Verdict verdict = Decide(token);
                Fuzz.Require(
                    verdict.Identity is null || Array.Exists(Good, good => IsSame(good, token)),
                    $"accepted {token}"
                );
            }
        );

    [Fact]
    public void AuthenticateAsync_MutatedClaims_SayWhatTheyAreTakenFor() =>
        Fuzz.Run(
            50_000,
            random =>
            {
                string claims = Encoding.UTF8.GetString(Claims.Next(random));
                string header = Encoding.UTF8.GetString(Headers.Next(random));
                string token = Sign(random.Next(4) == 0 ? header : Header, claims);
                if (Decide(token).Identity is { } identity)
                {
                    using JsonDocument document = JsonDocument.Parse(claims);
                    JsonElement sub = document.RootElement.GetProperty("sub");
                    Fuzz.Require(
                        identity.Uid == sub.ToString()
                            && UidRules.IsValid(identity.Uid)
                            && document.RootElement.TryGetProperty("exp", out _),
                        $"took {claims} for {identity.Uid}"
                    );
                }
            }
        );

    public void Dispose() => service.Dispose();

    private Verdict Decide(string token)
    {
        ValueTask<Verdict> verdict = authenticator.AuthenticateAsync(new Credential(token));
        Verdict decided = verdict.AsTask().GetAwaiter().GetResult();
        Fuzz.Require(
            (decided.Identity is null) != (decided.Denial is null),
            $"no verdict about {token}"
        );
        return decided;
    }

    /// <summary>The last character of a signature has two bits that mean nothing; decoders differ about them.</summary>
    private static bool IsSame(string good, string token) =>
        good == token || (good.Length == token.Length && good[..^1] == token[..^1]);

    private static string Sign(string header, string claims)
    {
        string signed = $"{Encode(header)}.{Encode(claims)}";
        byte[] signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret),
            Encoding.ASCII.GetBytes(signed)
        );
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string text) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
