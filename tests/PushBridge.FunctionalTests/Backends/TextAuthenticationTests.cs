using System.Net.Sockets;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backends;

/// <summary>Where a secret is configured, a backend on the text port presents it before anything else.</summary>
public sealed class TextAuthenticationTests
{
    private const string Old = "the-old-secret-0123456789";
    private const string New = "the-new-secret-0123456789";
    private const string Push = """{"uid":"uid1","n":1}""";
    private const string Marker = """{"uid":"uid1","n":"marker"}""";

    [Theory]
    [InlineData(Old, 16)]
    [InlineData(New, 16)]
    [InlineData(Old, 0)]
    public async Task Any_of_the_secrets_opens_the_port(string secret, int threads)
    {
        await using var server = await StartAsync($"Text:DedicatedThreads={threads}");
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync(Auth(secret))).Should().Be("ok");
        (await backend.AskAsync(Push)).Should().Be("ok");
        (await client.NextAsync()).Should().Be(Push);
    }

    [Fact]
    public async Task The_secret_and_the_commands_may_come_in_one_write()
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync($"{Auth(Old)}\n{Push}\n{Push}\n");
        backend.HalfClose();

        (await backend.ReadToEndAsync()).Should().Be("ok\nok\nok\n");
        (await client.NextAsync(2)).Should().Equal(Push, Push);
    }

    [Theory]
    [InlineData(Push, 16)]
    [InlineData(Push, 0)]
    [InlineData("""{"$cmd":"auth","secret":"the-wrong-secret-0123456789"}""", 16)]
    [InlineData("""{"$cmd":"auth","secret":"the-wrong-secret-0123456789"}""", 0)]
    [InlineData("""{"$cmd":"auth","secret":17}""", 16)]
    [InlineData("""{"$cmd":"auth"}""", 16)]
    [InlineData("""{"$cmd":"ping"}""", 16)]
    [InlineData("nonsense", 16)]
    [InlineData("", 16)]
    public async Task Any_other_first_line_ends_the_connection_and_nothing_behind_it_counts(
        string line,
        int threads
    )
    {
        await using var server = await StartAsync($"Text:DedicatedThreads={threads}");
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync($"{line}\n{Auth(Old)}\n{Push}\n");

        (await backend.ReadToEndAsync()).Should().Be("fail\n", "the reply arrives, and only it");
        await AssertNothingArrivedAsync(server, client);
    }

    [Fact]
    public async Task The_JSON_reply_says_unauthorized()
    {
        await using var server = await StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync("""{"$cmd":"push","uid":"a","data":1,"reply":"json"}""" + "\n");

        (await backend.ReadToEndAsync())
            .Should()
            .Be("""{"ok":false,"reason":"unauthorized"}""" + "\n");
    }

    [Fact]
    public async Task A_sender_with_a_secret_may_talk_to_a_server_without()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync(Auth("whatever"))).Should().Be("ok");
        (await backend.AskAsync("""{"$cmd":"auth"}""")).Should().Be("fail");
        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
    }

    [Theory]
    [InlineData(16)]
    [InlineData(0)]
    public async Task Who_presents_no_secret_in_time_is_told_and_closed(int threads)
    {
        await using var server = await StartAsync(
            $"Text:DedicatedThreads={threads}",
            "Text:LineTimeout=00:00:00.300"
        );
        await using var silent = await TextBackend.ConnectAsync(server.Text);
        await using var known = await TextBackend.ConnectAsync(server.Text);
        (await known.AskAsync(Auth(Old))).Should().Be("ok");

        (await silent.ReadToEndAsync()).Should().Be("fail\n");
        (await known.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok", "it may be idle");
    }

    [Fact]
    public async Task After_too_many_wrong_secrets_the_address_is_refused_at_once()
    {
        await using var server = await StartAsync(
            "Backends:MaxFailedAttempts=3",
            "Backends:LimitLoopback=true"
        );
        await using var before = await TextBackend.ConnectAsync(server.Text);
        (await before.AskAsync(Auth(Old))).Should().Be("ok");
        for (var i = 0; i < 3; i++)
        {
            await using var guess = await TextBackend.ConnectAsync(server.Text);
            await guess.SendAsync(Auth($"guess-number-{i}-0123456789") + "\n");
            (await guess.ReadToEndAsync()).Should().Be("fail\n");
        }

        await using var refused = await TextBackend.ConnectAsync(server.Text);
        (await refused.ReadToEndAsync()).Should().Be("fail\n", "without a word of its own");
        (await before.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok", "who is in stays in");
        server.Counter("pushbridge.limits").Should().Be(1);
    }

    [Fact]
    public async Task Wrong_secrets_on_this_machine_shut_out_nobody_but_their_sender()
    {
        await using var server = await StartAsync("Backends:MaxFailedAttempts=1");
        for (var i = 0; i < 3; i++)
        {
            await using var guess = await TextBackend.ConnectAsync(server.Text);
            await guess.SendAsync(Auth($"guess-number-{i}-0123456789") + "\n");
            (await guess.ReadToEndAsync()).Should().Be("fail\n");
        }

        await using var neighbour = await TextBackend.ConnectAsync(server.Text);
        (await neighbour.AskAsync(Auth(Old))).Should().Be("ok");
        server
            .Logs.Should()
            .Contain(line => line.Message.Contains("wrong secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connections_from_this_machine_are_limited_only_when_asked()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Text:MaxConnectionsPerAddress=1",
            "Backends:LimitLoopback=true"
        );
        await using var first = await TextBackend.ConnectAsync(server.Text);
        (await first.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");

        await using var second = await TextBackend.ConnectAsync(server.Text);
        (await second.ReadToEndAsync()).Should().BeEmpty();
        server.Counter("pushbridge.limits").Should().Be(1);
    }

    [Fact]
    public async Task No_secret_is_relayed_or_logged()
    {
        const string wrong = "a-wrong-secret-0123456789";
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        foreach (var secret in new[] { Old, New, wrong })
        {
            await using var backend = await TextBackend.ConnectAsync(server.Text);
            await backend.SendAsync($"{Auth(secret)}\n{Auth(secret)[..^1]},\"uid\":\"uid1\"}}\n");
            backend.HalfClose();
            (await backend.ReadToEndAsync()).Should().NotContain(secret);
        }
        await using (var careless = await TextBackend.ConnectAsync(server.Text))
        {
            await careless.SendAsync($"{Push}{wrong}\n");
            await careless.ReadToEndAsync();
        }

        await AssertNothingArrivedAsync(server, client);
        server
            .Logs.Should()
            .Contain(line => line.Message.Contains("wrong secret", StringComparison.Ordinal))
            .And.NotContain(line =>
                new[] { Old, New, wrong }.Any(secret =>
                    line.Message.Contains(secret, StringComparison.Ordinal)
                )
            );
    }

    [Fact]
    public async Task Backends_from_other_networks_are_dropped()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Backends:AllowedNetworks:0=192.0.2.0/24"
        );
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        var read = async () =>
        {
            await backend.SendAsync("""{"$cmd":"ping"}""" + "\n");
            return await backend.ReadToEndAsync();
        };

        try
        {
            (await read()).Should().BeEmpty();
        }
        catch (SocketException)
        {
            // Closed over what was sent: a reset.
        }
        server.Counter("pushbridge.limits").Should().Be(1);
    }

    [Fact]
    public async Task Backends_from_an_allowed_network_come_in()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Backends:AllowedNetworks:0=192.0.2.0/24",
            "Backends:AllowedNetworks:1=127.0.0.0/8"
        );
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
    }

    private static string Auth(string secret) => $$"""{"$cmd":"auth","secret":"{{secret}}"}""";

    private static Task<PushBridgeServer> StartAsync(params string[] settings) =>
        PushBridgeServer.StartAsync([
            $"Backends:Secrets:0={Old}",
            $"Backends:Secrets:1={New}",
            .. settings,
        ]);

    private static async Task AssertNothingArrivedAsync(PushBridgeServer server, RawClient client)
    {
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync(Auth(New))).Should().Be("ok");
        (await backend.AskAsync(Marker)).Should().Be("ok");
        (await client.NextAsync()).Should().Be(Marker);
    }
}
