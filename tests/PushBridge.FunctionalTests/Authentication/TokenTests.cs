using System.Security.Cryptography;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Authentication;

public sealed class TokenTests(TokenServer fixture) : IClassFixture<TokenServer>
{
    private const string Plain = """{"alg":"HS256","typ":"JWT"}""";

    private PushBridgeServer Server => fixture.Server;

    public static TheoryData<string, string> BadTokens { get; } =
        new()
        {
            { "a plain uid", "uid1" },
            { "nothing", "" },
            { "three dots", "..." },
            { "two parts", $"{TestTokens.Encode(Plain)}.{TestTokens.Encode(Claims())}" },
            { "five parts", $"{TestTokens.For("u")}.a.b" },
            { "no base64", "!!!.???.***" },
            { "a head that is no JSON", TestTokens.Sign(Claims(), header: "HS256") },
            { "a payload that is no JSON", TestTokens.Sign("sub=u") },
            { "a payload that is an array", TestTokens.Sign("[]") },
            { "an empty payload", TestTokens.Sign("{}") },
            { "another secret", TestTokens.Sign(Claims(), TestTokens.Secret + "x") },
            { "an empty secret", TestTokens.Sign(Claims(), "") },
            { "a changed payload", Tampered() },
            { "no signature", TestTokens.For("u")[..^43] },
            { "half a signature", TestTokens.For("u")[..^20] },
            {
                "alg none",
                $"{TestTokens.Encode("""{"alg":"none"}""")}.{TestTokens.Encode(Claims())}."
            },
            { "alg None, signed", TestTokens.Sign(Claims(), header: """{"alg":"None"}""") },
            { "alg in lower case", TestTokens.Sign(Claims(), header: """{"alg":"hs256"}""") },
            { "alg missing", TestTokens.Sign(Claims(), header: """{"typ":"JWT"}""") },
            { "alg a number", TestTokens.Sign(Claims(), header: """{"alg":256}""") },
            {
                "another algorithm than the key's",
                TestTokens.Sign(Claims(), header: """{"alg":"HS512"}""")
            },
            {
                "RS256 with the secret as its key",
                TestTokens.Sign(Claims(), header: """{"alg":"RS256"}""")
            },
            {
                "a head with its own key",
                TestTokens.Sign(Claims(), "k", """{"alg":"HS256","jwk":{"kty":"oct","k":"aw"}}""")
            },
            {
                "an extension that must be understood",
                TestTokens.Sign(Claims(), header: """{"alg":"HS256","crit":["x"],"x":1}""")
            },
            { "no exp", TestTokens.Sign("""{"sub":"u"}""") },
            { "exp a word", TestTokens.Sign("""{"sub":"u","exp":"soon"}""") },
            { "exp null", TestTokens.Sign("""{"sub":"u","exp":null}""") },
            { "exp an object", TestTokens.Sign("""{"sub":"u","exp":{}}""") },
            { "a start in the future", TestTokens.Sign(Claims($",\"nbf\":{TestTokens.In(30)}")) },
            { "no sub", TestTokens.Sign($$"""{"exp":{{TestTokens.In(60)}}}""") },
            { "sub null", TestTokens.Sign(Claims(sub: "null")) },
            { "sub true", TestTokens.Sign(Claims(sub: "true")) },
            { "sub a fraction", TestTokens.Sign(Claims(sub: "1.5")) },
            { "sub an object", TestTokens.Sign(Claims(sub: "{}")) },
            { "sub empty", TestTokens.Sign(Claims(sub: "\"\"")) },
            { "sub with a control character", TestTokens.Sign(Claims(sub: "\"a\\u0007b\"")) },
            { "sub with half a surrogate pair", TestTokens.Sign(Claims(sub: "\"\\ud800\"")) },
            { "sub of 257 bytes", TestTokens.Sign(Claims(sub: $"\"{new string('a', 257)}\"")) },
            { "groups a word", TestTokens.Sign(Claims(",\"groups\":\"staff\"")) },
            { "groups with a number", TestTokens.Sign(Claims(",\"groups\":[\"a\",1]")) },
            { "a group without a name", TestTokens.Sign(Claims(",\"groups\":[\"\"]")) },
            {
                "101 groups",
                TestTokens.Sign(
                    Claims(
                        $",\"groups\":[{string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"{i}\""))}]"
                    )
                )
            },
        };

    [Fact]
    public async Task A_good_token_is_its_subject()
    {
        await using RawClient client = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.For("good")
        );
        await Server.WaitForUidAsync("good");
        await using TextBackend backend = await TextBackend.ConnectAsync(Server.Text);

        (await backend.AskAsync("""{"uid":"good","n":1}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"good","n":1}""");
    }

    [Theory]
    [InlineData("17", "17")]
    [InlineData("\"grüße\"", "grüße")]
    [InlineData("\"\\u0061b\"", "ab")]
    public async Task A_subject_may_be_a_number_or_any_text(string sub, string uid)
    {
        await using RawClient client = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.Sign(Claims(sub: sub))
        );

        await Server.WaitForUidAsync(uid);
    }

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_bad_token_is_closed_with_4401(string what, string token)
    {
        await using RawClient client = await RawClient.ConnectAsync(Server.ClientsUrl, token);

        (await client.Closed).Should().Be((4401, "bad token"), what);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-1_000_000_000)]
    public async Task An_expired_token_is_closed_with_4410(int seconds)
    {
        await using RawClient client = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.For("late", seconds)
        );

        (await client.Closed).Should().Be((4410, "token expired"));
    }

    [Theory]
    [InlineData("99999999999999")]
    [InlineData("253402300799")]
    [InlineData("1e18")]
    public async Task A_token_that_hardly_ever_expires_is_a_token_or_is_refused(string exp)
    {
        await using RawClient client = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.Sign($$"""{"sub":"eternal","exp":{{exp}}}""")
        );

        Task<(int Code, string Reason)> closed = client.Closed;
        Task joined = Server.WaitForUidAsync("eternal");
        await Task.WhenAny(closed, joined);
        if (closed.IsCompleted)
        {
            (await closed).Code.Should().BeOneOf(4401, 4410);
        }
    }

    [Fact]
    public async Task A_connection_ends_with_its_token()
    {
        await using RawClient client = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.For("brief", seconds: 2)
        );
        await Server.WaitForUidAsync("brief");

        (await client.Closed).Should().Be((4410, "token expired"));
        await Server.WaitForUidAsync("brief", 0);
    }

    [Fact]
    public async Task A_renewed_connection_outlives_its_first_token_and_joins_the_groups_of_the_second()
    {
        await using RawClient client = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.For("renewed", seconds: 2)
        );
        await using RawClient other = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.For("not renewed", seconds: 2)
        );
        await Server.WaitForUidAsync("renewed");
        await client.SayAsync(
            $"renew {TestTokens.Sign(Claims(",\"groups\":[\"new\"]", "\"renewed\""))}"
        );
        (await client.NextAsync()).Should().BeEmpty("that is the answer");

        (await other.Closed).Code.Should().Be(4410);
        await using TextBackend backend = await TextBackend.ConnectAsync(Server.Text);
        (await backend.AskAsync("""{"$cmd":"group","group":"new","data":1}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("1");
    }

    [Theory]
    [InlineData("x", 60, 4401)]
    [InlineData("", 60, 4401)]
    [InlineData(null, 60, 4401)]
    [InlineData(null, -60, 4410)]
    public async Task A_renewal_that_does_not_count_ends_the_connection(
        string? token,
        int seconds,
        int code
    )
    {
        await using RawClient client = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.For("careless")
        );
        await Server.WaitForUidAsync("careless");

        await client.SayAsync($"renew {token ?? TestTokens.For("somebody else", seconds)}");

        (await client.Closed).Code.Should().Be(code);
    }

    [Fact]
    public async Task Groups_of_a_token_are_joined()
    {
        await using RawClient client = await RawClient.ConnectAsync(
            Server.ClientsUrl,
            TestTokens.Sign(Claims(",\"groups\":[\"staff\",\"night shift\"]", "\"member\""))
        );
        await Server.WaitForUidAsync("member");
        await using TextBackend backend = await TextBackend.ConnectAsync(Server.Text);

        (await backend.AskAsync("""{"$cmd":"group","group":"night shift","data":1}"""))
            .Should()
            .Be("ok");
        (await client.NextAsync()).Should().Be("1");
    }

    [Theory]
    [InlineData("?access_token={0}", null)]
    [InlineData("?x=1&access_token={0}&y=2", null)]
    [InlineData("", "Bearer {0}")]
    [InlineData("", "bearer {0}")]
    public async Task A_token_may_come_with_the_handshake(string query, string? authorization)
    {
        string uid = $"shake{query.Length}{authorization?[0]}";
        string token = TestTokens.For(uid);
        Uri url = new(
            Server.ClientsUrl,
            "/" + query.Replace("{0}", token, StringComparison.Ordinal)
        );
        await using RawClient client = authorization is null
            ? await RawClient.OpenAsync(url)
            : await RawClient.OpenAsync(
                url,
                ("Authorization", authorization.Replace("{0}", token, StringComparison.Ordinal))
            );

        await Server.WaitForUidAsync(uid);
    }

    [Fact]
    public async Task What_a_client_says_after_the_token_in_its_handshake_is_ignored()
    {
        await using RawClient client = await RawClient.OpenAsync(
            new Uri(Server.ClientsUrl, $"/?access_token={TestTokens.For("first")}")
        );
        await client.SayAsync(TestTokens.For("second"));
        await client.SayAsync("heartbeat");

        (await client.NextAsync()).Should().BeEmpty("that answers the heartbeat");
        await Server.WaitForUidAsync("first");
        await Server.WaitForUidAsync("second", 0);
    }

    [Fact]
    public async Task A_bad_token_in_the_handshake_is_closed_with_4401()
    {
        await using RawClient client = await RawClient.OpenAsync(
            new Uri(Server.ClientsUrl, "/?access_token=x")
        );

        (await client.Closed).Code.Should().Be(4401);
    }

    [Fact]
    public async Task Keys_are_chosen_by_name_and_all_are_tried_without_one()
    {
        string other = new('k', 32);
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            "Clients:Authentication:Mode=token",
            $"Clients:Authentication:Token:Keys:0:Secret={TestTokens.Secret}",
            "Clients:Authentication:Token:Keys:0:Kid=2025",
            $"Clients:Authentication:Token:Keys:1:Secret={other}",
            "Clients:Authentication:Token:Keys:1:Kid=2026",
            "Clients:Authentication:Token:Audience=push",
            "Clients:Authentication:Token:Issuer=https://shop.example"
        );
        const string good = ",\"aud\":[\"x\",\"push\"],\"iss\":\"https://shop.example\"";

        (await CodeOfAsync(server, good, other, "2026")).Should().Be(0);
        (await CodeOfAsync(server, good, other, null)).Should().Be(0);
        (await CodeOfAsync(server, good, TestTokens.Secret, "2025")).Should().Be(0);
        (await CodeOfAsync(server, good, TestTokens.Secret, "2026")).Should().Be(4401);
        (await CodeOfAsync(server, good, other, "2027")).Should().Be(4401);
        (await CodeOfAsync(server, "", other, null)).Should().Be(4401, "it has no audience");
        (await CodeOfAsync(server, good.Replace("push", "pull"), other, null)).Should().Be(4401);
        (await CodeOfAsync(server, good.Replace("shop", "shup"), other, null)).Should().Be(4401);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_public_key_checks_what_the_private_key_signed(string algorithm)
    {
        using AsymmetricAlgorithm key =
            algorithm == "RS256" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string file = Path.Combine(Path.GetTempPath(), $"pushbridge-{Guid.NewGuid():N}.pem");
        await File.WriteAllTextAsync(
            file,
            PemEncoding.WriteString("PUBLIC KEY", key.ExportSubjectPublicKeyInfo()),
            TestContext.Current.CancellationToken
        );
        try
        {
            await using PushBridgeServer server = await PushBridgeServer.StartAsync(
                "Clients:Authentication:Mode=token",
                $"Clients:Authentication:Token:Keys:0:Algorithm={algorithm}",
                $"Clients:Authentication:Token:Keys:0:PublicKeyFile={file}"
            );
            await using RawClient client = await RawClient.ConnectAsync(
                server.ClientsUrl,
                TestTokens.Sign(Claims(), key)
            );
            await server.WaitForUidAsync("u");

            // The public key is no secret: an HMAC with it must not count.
            string confused = TestTokens.Sign(
                Claims(),
                await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)
            );
            await using RawClient liar = await RawClient.ConnectAsync(server.ClientsUrl, confused);
            (await liar.Closed).Code.Should().Be(4401);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<int> CodeOfAsync(
        PushBridgeServer server,
        string claims,
        string secret,
        string? kid
    )
    {
        string header = kid is null ? Plain : $$"""{"alg":"HS256","kid":"{{kid}}"}""";
        await using RawClient client = await RawClient.ConnectAsync(
            server.ClientsUrl,
            TestTokens.Sign(Claims(claims), secret, header)
        );
        return await client.CodeAsync();
    }

    private static string Claims(string more = "", string sub = "\"u\"") =>
        $$"""{"sub":{{sub}},"exp":{{TestTokens.In(60)}}{{more}}}""";

    private static string Tampered()
    {
        string[] parts = TestTokens.For("u").Split('.');
        return $"{parts[0]}.{TestTokens.Encode(Claims(sub: "\"admin\""))}.{parts[2]}";
    }
}
