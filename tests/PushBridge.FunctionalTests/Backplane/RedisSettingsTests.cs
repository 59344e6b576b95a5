using PushBridge.Backplane;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>Each setting of the connection to Redis, against a server that asks for it.</summary>
public sealed class RedisSettingsTests
{
    private const string Password = "a password of the Redis server";

    [Fact]
    public async Task The_password_lets_a_node_in_from_the_settings_or_a_file()
    {
        await using RedisServer redis = await RedisServer.StartAsync("--requirepass", Password);
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Password + "\n");

        await using PushBridgeServer first = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}",
            $"Backplane:Password={Password}"
        );
        await using PushBridgeServer second = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}",
            $"Backplane:PasswordFile={file}"
        );

        await MeetAsync(first, second);
        File.Delete(file);
    }

    [Fact]
    public async Task Without_the_password_a_node_serves_its_own_clients_and_says_how_it_stands()
    {
        await using RedisServer redis = await RedisServer.StartAsync("--requirepass", Password);
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}",
            "Backplane:Password=not the password"
        );
        await using RawClient client = await RawClient.JoinAsync(server, "a");
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        using HttpClient http = new() { BaseAddress = server.HttpUrl };

        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");
        (await backend.AskAsync("""{"$cmd":"push","uid":"b","data":1,"reply":"json"}"""))
            .Should()
            .Be("""{"ok":false,"reason":"unavailable"}""");
        (await http.GetStringAsync("/health/ready"))
            .Should()
            .Be("ready\nbackplane unreachable, 0 other nodes\n");
        server
            .Logs.Should()
            .Contain(line =>
                line.Message.Contains("Unreachable", StringComparison.Ordinal)
                && line.Message.Contains($"Redis at {redis.Address} (", StringComparison.Ordinal)
                && line.Message.Contains("serves its own clients", StringComparison.Ordinal)
            )
            .And.NotContain(line => line.Message.Contains("password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_names_the_server_that_is_lost()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}"
        );

        await redis.KillAsync();

        await PushBridgeServer.EventuallyAsync(
            () =>
                server.Logs.Any(line =>
                    line.Message.StartsWith(
                        $"Backplane: lost the connection to Redis at {redis.Address} (",
                        StringComparison.Ordinal
                    )
                ),
            "the warning"
        );
    }

    [Fact]
    public async Task Nodes_with_another_prefix_do_not_hear_each_other()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using PushBridgeServer one = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}",
            "Backplane:Prefix=one:"
        );
        await using PushBridgeServer other = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}",
            "Backplane:Prefix=other:"
        );
        await using RawClient client = await RawClient.JoinAsync(other, "a");
        await NodePair.BackplaneOf(other).WhenHeldAsync(Topic.OfUid("a"));
        await using TextBackend backend = await TextBackend.ConnectAsync(one.Text);

        (await backend.AskAsync("""{"$cmd":"push","uid":"a","data":1,"reply":"json"}"""))
            .Should()
            .Be("""{"ok":false,"reason":"offline"}""");
        (await redis.CommandAsync("PUBSUB NUMSUB other:u:a")).Should().Be("*2");
        (await redis.CommandAsync("PUBLISH other:u:a x")).Should().Be(":1");
        NodePair.BackplaneOf(one).Peers.Should().BeEmpty();
    }

    [Fact]
    public async Task Ids_are_kept_in_the_database_that_was_named()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}",
            "Backplane:Database=3"
        );
        await using RawClient client = await RawClient.JoinAsync(server, "a");
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"push","uid":"a","data":1,"id":"x"}"""))
            .Should()
            .Be("ok");

        (await redis.CommandAsync("DBSIZE")).Should().Be(":0", "that is database 0");
        (await redis.CommandAsync("SWAPDB 0 3")).Should().Be("+OK");
        (await redis.CommandAsync("DBSIZE")).Should().Be(":1");
    }

    [Fact]
    public async Task Nodes_connect_by_TLS_to_a_server_that_they_can_verify()
    {
        using TestCertificate certificate = new();
        await using RedisServer redis = await RedisServer.StartTlsAsync(certificate);
        string[] tls = [.. ServerProcess.FreePorts, "--redis", $"localhost:{redis.TlsPort}"];
        (string, string)[] trusted =
        [
            ("PushBridge__Backplane__Tls", "true"),
            ("SSL_CERT_FILE", certificate.AuthorityPath),
        ];
        await using ServerProcess first = await ServerProcess.StartAsync(tls, trusted);
        await using ServerProcess second = await ServerProcess.StartAsync(tls, trusted);
        await using ServerProcess stranger = await ServerProcess.StartAsync(tls, [trusted[0]]);

        await PushBridgeServer.EventuallyAsync(
            () =>
                first.Output.Contains(
                    $"\n  redis    localhost:{redis.TlsPort}\n",
                    StringComparison.Ordinal
                ),
            "the address in the banner"
        );
        (await ReadyAsync(first)).Should().Be("ready\nbackplane available, 1 other nodes\n");
        (await ReadyAsync(second)).Should().Be("ready\nbackplane available, 1 other nodes\n");
        (await ReadyAsync(stranger))
            .Should()
            .Be("ready\nbackplane unreachable, 0 other nodes\n", "it trusts no such authority");
    }

    private static async Task<string> ReadyAsync(ServerProcess server)
    {
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        return await http.GetStringAsync("/health/ready");
    }

    /// <summary>A push at one reaches a client of the other.</summary>
    private static async Task MeetAsync(PushBridgeServer first, PushBridgeServer second)
    {
        await using RawClient client = await RawClient.JoinAsync(second, "a");
        await NodePair.BackplaneOf(second).WhenHeldAsync(Topic.OfUid("a"));
        await using TextBackend backend = await TextBackend.ConnectAsync(first.Text);

        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"a"}""");
    }
}
