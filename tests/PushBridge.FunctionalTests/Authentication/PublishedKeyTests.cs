using System.Buffers.Text;
using System.Security.Cryptography;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Authentication;

public sealed class PublishedKeyTests : IDisposable
{
    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task Keys_that_a_provider_publishes_check_tokens_and_are_fetched_once()
    {
        await using TestService provider = await TestService.StartAsync(
            TestService.Json($$"""{"keys":[{{Rsa("a")}},{{Elliptic("b")}}]}""")
        );
        await using PushBridgeServer server = await StartAsync(provider);
        RawClient[] clients = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    RawClient.ConnectAsync(
                        server.ClientsUrl,
                        i % 2 == 0
                            ? TestTokens.Sign(Claims("rsa"), rsa, "a")
                            : TestTokens.Sign(Claims("ec"), ecdsa, "b")
                    )
                )
        );
        await server.WaitForUidAsync("rsa", 10);
        await server.WaitForUidAsync("ec", 10);

        provider.Asked.Should().HaveCount(1);
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_key_that_is_not_known_is_asked_for_once()
    {
        await using TestService provider = await TestService.StartAsync(
            TestService.Json($$"""{"keys":[{{Rsa("a")}}]}""")
        );
        await using PushBridgeServer server = await StartAsync(provider);
        for (int i = 0; i < 5; i++)
        {
            await using RawClient client = await RawClient.ConnectAsync(
                server.ClientsUrl,
                TestTokens.Sign(Claims("u"), ecdsa, $"unknown{i}")
            );
            (await client.Closed).Code.Should().Be(4401);
        }

        provider
            .Asked.Count.Should()
            .BeLessThanOrEqualTo(2, "half a minute lies between two tries");
    }

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData(
        """{"keys":[{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTAx","alg":"HS256","kid":"a"}]}"""
    )]
    [InlineData("""{"keys":[{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB","kid":"a"}]}""")]
    [InlineData("not JSON")]
    [InlineData("")]
    public async Task A_key_set_without_a_key_of_ours_lets_nobody_in(string document)
    {
        await using TestService provider = await TestService.StartAsync(TestService.Json(document));
        await using PushBridgeServer server = await StartAsync(provider);
        await using RawClient client = await RawClient.ConnectAsync(
            server.ClientsUrl,
            TestTokens.Sign(
                Claims("u"),
                "secret-secret-secret-secret-01",
                """{"alg":"HS256","kid":"a"}"""
            )
        );

        (await client.Closed).Code.Should().Be(1013, "the provider may have keys in a moment");
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_no_reason_to_stay_away()
    {
        await using TestService provider = await TestService.StartAsync(TestService.Status(503));
        await using PushBridgeServer server = await StartAsync(
            provider,
            $"Clients:Authentication:Token:Keys:0:Secret={TestTokens.Secret}"
        );
        await using RawClient unlucky = await RawClient.ConnectAsync(
            server.ClientsUrl,
            TestTokens.Sign(Claims("u"), rsa, "a")
        );
        (await unlucky.Closed).Should().Be((1013, "try again later"));

        await using RawClient lucky = await RawClient.ConnectAsync(
            server.ClientsUrl,
            TestTokens.For("configured")
        );
        await server.WaitForUidAsync("configured");
    }

    public void Dispose()
    {
        rsa.Dispose();
        ecdsa.Dispose();
    }

    private static Task<PushBridgeServer> StartAsync(
        TestService provider,
        params string[] settings
    ) =>
        PushBridgeServer.StartAsync([
            "Clients:Authentication:Mode=token",
            $"Clients:Authentication:Token:JwksUrl={provider.Url}",
            .. settings,
        ]);

    private static string Claims(string uid) =>
        $$"""{"sub":"{{uid}}","exp":{{TestTokens.In(60)}}}""";

    private string Rsa(string kid)
    {
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA","use":"sig","kid":"{{kid}}","n":"{{Base64Url.EncodeToString(key.Modulus)}}","e":"{{Base64Url.EncodeToString(key.Exponent)}}"}""";
    }

    private string Elliptic(string kid)
    {
        ECParameters key = ecdsa.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"EC","crv":"P-256","alg":"ES256","kid":"{{kid}}","x":"{{Base64Url.EncodeToString(key.Q.X)}}","y":"{{Base64Url.EncodeToString(key.Q.Y)}}"}""";
    }
}
