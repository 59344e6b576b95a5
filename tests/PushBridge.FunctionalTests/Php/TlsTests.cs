using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Php;

/// <summary>PHP over TLS, with the helper and without, to the real server.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificate certificate = new();
    private readonly TestCertificate foreign = new();

    public void Dispose()
    {
        certificate.Dispose();
        foreign.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_helper_pushes(bool mutual)
    {
        await using var server = await StartAsync(mutual);
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var php = Start(server, mutual ? certificate.Client() : null);

        (await php.ValueAsync("$push->push('a', 1)->ok")).Should().Be("true");
        (
            await php.ValueAsync(
                "count(array_filter($push->pushMany(array_fill(0, 5000, ['uid' => 'a', 'data' => 2])), fn ($r) => $r->ok))"
            )
        )
            .Should()
            .Be("5000");
        await php.ValueAsync(
            "$push->pushManyQuietly(array_fill(0, 5000, ['uid' => 'a', 'data' => 3]))"
        );
        await php.ValueAsync("$push->close()");
        (await php.ValueAsync("$push->push('a', 4)->ok")).Should().Be("true");

        (await client.NextAsync(10_002))
            .Should()
            .Equal(["1", .. Enumerable.Repeat("2", 5000), .. Enumerable.Repeat("3", 5000), "4"]);
    }

    [Fact]
    public async Task A_helper_whose_certificate_is_not_taken_says_that_it_cannot_connect()
    {
        await using var server = await StartAsync(mutual: true);
        await using var client = await RawClient.JoinAsync(server, "a");

        foreach (var shown in new[] { null, foreign.Client(), certificate.Client(expired: true) })
        {
            await using var php = Start(server, shown);
            var failure = await php.FailureAsync("$push->push('a', 1)");
            failure.Error.Should().NotBe("TypeError").And.EndWith("Exception");
        }
        await using var right = Start(server, certificate.Client());
        (await right.ValueAsync("$push->push('a', 2)->ok")).Should().Be("true");
        (await client.NextAsync()).Should().Be("2");
    }

    [Fact]
    public async Task A_hasty_script_loses_nothing()
    {
        await using var server = await StartAsync(mutual: true);
        await using var client = await RawClient.JoinAsync(server, "a");
        var shown = certificate.Client();

        var script = await PhpCli.RunAsync(
            $$"""
            <?php
            $context = stream_context_create(['ssl' => ['cafile' => '{{certificate.AuthorityPath}}',
                'local_cert' => '{{shown.Path}}', 'local_pk' => '{{shown.KeyPath}}']]);
            $f = stream_socket_client('tls://localhost:{{server.Text.Port}}', $errno, $errmsg, 5, STREAM_CLIENT_CONNECT, $context);
            for ($n = 0; $n < 1000; $n++) {
                fwrite($f, json_encode(['uid' => 'a', 'n' => $n]) . "\n");
            }
            fclose($f);
            """
        );

        script.Errors.Should().BeEmpty();
        (await client.NextAsync(1000))
            .Should()
            .Equal(Enumerable.Range(0, 1000).Select(n => $$"""{"uid":"a","n":{{n}}}"""));
    }

    private Task<PushBridgeServer> StartAsync(bool mutual) =>
        PushBridgeServer.StartAsync(
            mutual ? certificate.MutualSettingsOf("Text") : certificate.SettingsOf("Text")
        );

    private PhpSession Start(PushBridgeServer server, TestClientCertificate? shown)
    {
        var own = shown is null
            ? ""
            : $$""","local_cert":"{{shown.Path}}","local_pk":"{{shown.KeyPath}}" """;
        return PhpSession.Start(
            $"tls://localhost:{server.Text.Port}",
            $$$$"""{"context":{"ssl":{"cafile":"{{{{certificate.AuthorityPath}}}}"{{{{own}}}}}}}"""
        );
    }
}
