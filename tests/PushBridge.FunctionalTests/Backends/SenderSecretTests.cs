using PushBridge.Client;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Php;

namespace PushBridge.FunctionalTests.Backends;

/// <summary>The libraries for backends present the secret they are given, on every connection.</summary>
public sealed class SenderSecretTests
{
    private const string Secret = "a-\"secret\"/of\\the-backends";

    [Fact]
    public async Task The_NET_client_presents_it_on_each_connection()
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        for (var i = 0; i < 2; i++)
        {
            await using PushClient push = Client(server, Secret);
            (await push.PushAsync("a", i)).Delivered.Should().BeTrue();
        }

        (await client.NextAsync(2)).Should().Equal("0", "1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another-secret-of-the-backends")]
    public async Task The_NET_client_gives_up_at_once_when_it_is_not_taken(string? secret)
    {
        await using var server = await StartAsync(
            "Backends:MaxFailedAttempts=2",
            "Backends:LimitLoopback=true"
        );
        await using PushClient push = Client(server, secret);

        (await push.PushAsync("a", 1)).Reason.Should().Be(PushReason.NotSent);

        await using PushClient right = Client(server, Secret);
        (await right.PingAsync()).Ok.Should().BeTrue("one attempt does not lock the address");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"persistent":true}""")]
    public async Task The_PHP_helper_presents_it(string options)
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var php = PhpSession.Start(server.Text, With(options, Secret));

        (await php.ValueAsync("$push->push('a', 1)->ok")).Should().Be("true");
        (await php.ValueAsync("$push->push('a', 2)->ok")).Should().Be("true");
        (
            await php.ValueAsync(
                $"(new PushClient('tcp://{server.Text}', json_decode('{With(options, Secret).Replace("\\", "\\\\")}', true)))->push('a', 3)->ok"
            )
        )
            .Should()
            .Be("true", "a connection that is used again takes the secret again");
        await php.ValueAsync("$push->close()");
        await php.ValueAsync("$push->pushManyQuietly([['uid' => 'a', 'data' => 4]])");
        (await php.ValueAsync("$push->pushMany([['uid' => 'a', 'data' => 5]])[0]->ok"))
            .Should()
            .Be("true");

        (await client.NextAsync(5)).Should().Equal("1", "2", "3", "4", "5");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"persistent":true}""")]
    public async Task The_PHP_helper_says_that_it_is_not_taken(string options)
    {
        await using var server = await StartAsync(
            "Backends:MaxFailedAttempts=2",
            "Backends:LimitLoopback=true"
        );
        await using var php = PhpSession.Start(
            server.Text,
            With(options, "another-secret-of-the-backends")
        );

        PhpFailure failure = await php.FailureAsync("$push->push('a', 1)");

        failure.Error.Should().Be("UnauthorizedException");
        failure.Unknown.Should().BeFalse();
        failure.Message.Should().Contain("\"secret\"").And.NotContain("another-secret");
        await using var right = PhpSession.Start(server.Text, With(options, Secret));
        (await right.ValueAsync("$push->ping()")).Should().Be("null", "it tried only once");
    }

    [Fact]
    public async Task The_PHP_helper_without_one_is_told_what_is_missing()
    {
        await using var server = await StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var persistent = PhpSession.Start(server.Text, """{"persistent":true}""");

        (await php.ValueAsync("$push->push('a', 1)->reason")).Should().Be("\"unauthorized\"");
        (await persistent.FailureAsync("$push->push('a', 1)"))
            .Message.Should()
            .Contain("wants a secret");
    }

    [Fact]
    public async Task Senders_with_a_secret_work_where_none_is_needed()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text, With("{}", Secret));
        await using PushClient push = Client(server, Secret);

        (await php.ValueAsync("$push->push('a', 1)->reason")).Should().Be("\"offline\"");
        (await push.PingAsync()).Ok.Should().BeTrue();
    }

    private static PushClient Client(PushBridgeServer server, string? secret) =>
        new(new PushClientOptions { Address = $"tcp://{server.Text}", Secret = secret });

    private static string With(string options, string secret)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(options)!;
        json["secret"] = secret;
        return json.ToJsonString();
    }

    private static Task<PushBridgeServer> StartAsync(params string[] settings) =>
        PushBridgeServer.StartAsync([$"Backends:Secrets:0={Secret}", .. settings]);
}
