using System.Net.Sockets;
using System.Security.Authentication;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Backends;

/// <summary>The text port over TLS, with and without client certificates.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Secret = "a-secret-of-the-backends";
    private const string Auth = $$"""{"$cmd":"auth","secret":"{{Secret}}"}""";
    private const string Ping = """{"$cmd":"ping"}""";
    private const string Push = """{"uid":"uid1","n":1}""";

    private readonly TestCertificate certificate = new();
    private readonly TestCertificate foreign = new();

    public void Dispose()
    {
        certificate.Dispose();
        foreign.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_push_goes_through_it(SslProtocols protocol)
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectTlsAsync(
            server.Text,
            protocol: protocol
        );

        (await backend.AskAsync(Push)).Should().Be("ok");
        (await backend.AskAsync("{}")).Should().Be("fail");
        (await client.NextAsync()).Should().Be(Push);
    }

    [Fact]
    public async Task Ten_thousand_lines_at_once_are_answered_in_order()
    {
        const int lines = 10_000;
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectTlsAsync(server.Text);

        var sending = backend.SendAsync(
            string.Concat(
                Enumerable
                    .Range(0, lines)
                    .Select(n => (n % 3 == 0 ? "{}" : $$"""{"uid":"uid1","n":{{n}}}""") + "\n")
            )
        );

        (await backend.ReadLinesAsync(lines))
            .Should()
            .Equal(Enumerable.Range(0, lines).Select(n => n % 3 == 0 ? "fail" : "ok"));
        await sending;
        var delivered = Enumerable.Range(0, lines).Where(n => n % 3 != 0).ToArray();
        (await client.NextAsync(delivered.Length))
            .Should()
            .Equal(delivered.Select(n => $$"""{"uid":"uid1","n":{{n}}}"""));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_its_end_a_backend_reads_all_replies_and_the_server_s_end(bool inWords)
    {
        const int lines = 1_000;
        await using var server = await StartAsync();
        await using var backend = await TextBackend.ConnectTlsAsync(server.Text);

        await backend.SendAsync(string.Concat(Enumerable.Repeat(Ping + "\n", lines)) + "{\"uid\"");
        if (inWords)
        {
            await backend.SayEndAsync();
        }
        else
        {
            backend.HalfClose();
        }

        (await backend.ReadToEndAsync())
            .Should()
            .Be(string.Concat(Enumerable.Repeat("ok\n", lines)) + "fail\n");
    }

    [Fact]
    public async Task A_backend_that_never_reads_gets_every_command_executed()
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectTlsAsync(
            server.Text,
            receiveBuffer: 4096
        );
        var uids = string.Join(
            ',',
            Enumerable.Range(0, 300).Select(i => $"\"{new string('u', 100)}{i}\"")
        );

        for (var i = 0; i < 400; i++)
        {
            await backend.SendAsync(
                $$"""{"$cmd":"online","uid":[{{uids}}]}"""
                    + "\n"
                    + $$"""{"uid":"a","n":{{i}}}"""
                    + "\n"
            );
        }

        (await client.NextAsync(400))
            .Should()
            .Equal(Enumerable.Range(0, 400).Select(i => $$"""{"uid":"a","n":{{i}}}"""));
        server.Counter("pushbridge.text.replies_dropped").Should().Be(1);
    }

    [Fact]
    public async Task What_arrived_before_a_reset_is_executed()
    {
        const int lines = 1_000;
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectTlsAsync(server.Text);

        await backend.SendAsync(string.Concat(Enumerable.Repeat(Push + "\n", lines)));
        (await backend.ReadLineAsync()).Should().Be("ok");
        backend.Abort();

        (await client.NextAsync(lines)).Should().OnlyContain(message => message == Push);
    }

    [Fact]
    public async Task A_line_that_never_ends_is_told_and_closed()
    {
        await using var server = await StartAsync("Text:LineTimeout=00:00:00.500");
        await using var backend = await TextBackend.ConnectTlsAsync(server.Text);

        await backend.SendAsync(Ping + "\n{\"uid\"");

        (await backend.ReadToEndAsync()).Should().Be("ok\nfail\n");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(Push + "\n" + Push + "\n" + Push + "\n")]
    [InlineData("\u0016\u0003\u0001\0\u0005aaaaa")]
    [InlineData("\u0016\u0003\u0001\0\0")]
    public async Task What_is_no_handshake_ends_the_connection_and_reaches_nobody(string garbage)
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var stranger = await TextBackend.ConnectAsync(server.Text);
        await using var backend = await TextBackend.ConnectTlsAsync(server.Text);

        await stranger.SendAsync(garbage);
        stranger.HalfClose();

        (await EndOf(stranger)).Should().NotContain("ok").And.NotContain("fail");
        server
            .Logs.Should()
            .Contain(line =>
                line.Message.StartsWith(
                    "A backend at 127.0.0.1 did not get through the TLS handshake",
                    StringComparison.Ordinal
                )
            );
        (await backend.AskAsync("""{"uid":"uid1","n":2}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","n":2}""", "nothing came before");
    }

    [Fact]
    public async Task A_handshake_that_never_ends_is_given_up()
    {
        await using var server = await StartAsync(
            "Text:HandshakeTimeout=00:00:00.300",
            "Text:MaxConnections=2"
        );
        await using var silent = await TextBackend.ConnectAsync(server.Text);
        await using var slow = await TextBackend.ConnectAsync(server.Text);
        await slow.SendAsync("\u0016\u0003\u0001");

        (await EndOf(silent)).Should().BeEmpty();
        (await EndOf(slow)).Should().BeEmpty();

        server.Counter("pushbridge.limits").Should().Be(2);
        await silent.DisposeAsync();
        await slow.DisposeAsync();
        await PushBridgeServer.EventuallyAsync(
            () => CanPingAsync(server).GetAwaiter().GetResult(),
            "their places to be free again"
        );
    }

    [Fact]
    public async Task A_record_that_is_broken_ends_the_connection()
    {
        await using var server = await StartAsync();
        await using var backend = await TextBackend.ConnectTlsAsync(server.Text);
        (await backend.AskAsync(Ping)).Should().Be("ok");

        await backend.SendBareAsync("\u0017\u0003\u0003\0\u0020" + new string('x', 32));

        (await EndOf(backend)).Should().BeEmpty();
    }

    [Fact]
    public async Task The_end_of_the_server_answers_what_has_arrived()
    {
        const int lines = 2_000;
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectTlsAsync(server.Text);
        await using var shaking = await TextBackend.ConnectAsync(server.Text);
        await backend.SendAsync(string.Concat(Enumerable.Repeat(Push + "\n", lines)));
        (await backend.ReadLineAsync()).Should().Be("ok");

        var stopping = server.StopAsync();

        (await backend.ReadToEndAsync())
            .Should()
            .Be(string.Concat(Enumerable.Repeat("ok\n", lines - 1)));
        (await client.NextAsync(lines)).Should().OnlyContain(message => message == Push);
        (await EndOf(shaking)).Should().BeEmpty();
        await stopping;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_of_the_authority_comes_in(bool sayingForWhat)
    {
        await using var server = await StartMutualAsync();
        await using var backend = await TextBackend.ConnectTlsAsync(
            server.Text,
            sayingForWhat ? certificate.Client() : certificate.ClientForAnything()
        );

        (await backend.AskAsync(Ping)).Should().Be("ok");
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("of another authority", false)]
    [InlineData("of another authority", true)]
    [InlineData("expired", false)]
    [InlineData("expired", true)]
    [InlineData("for servers", false)]
    [InlineData("for servers", true)]
    public async Task Any_other_certificate_ends_in_the_handshake(string which, bool withSecrets)
    {
        await using var server = await StartMutualAsync(
            withSecrets ? [$"Backends:Secrets:0={Secret}"] : []
        );
        var shown = which switch
        {
            "none" => null,
            "expired" => certificate.Client(expired: true),
            "for servers" => certificate.ServerAsClient(),
            _ => foreign.Client(),
        };

        (await AnswerAsync(server, shown, $"{Auth}\n{Ping}\n")).Should().BeEmpty();
    }

    [Fact]
    public async Task With_secrets_either_is_enough()
    {
        await using var server = await StartMutualAsync($"Backends:Secrets:0={Secret}");

        (await AnswerAsync(server, certificate.Client(), $"{Ping}\n")).Should().Be("ok\n");
        (await AnswerAsync(server, null, $"{Auth}\n{Ping}\n")).Should().Be("ok\nok\n");
        (await AnswerAsync(server, null, $"{Ping}\n{Ping}\n")).Should().Be("fail\n");
        (await AnswerAsync(server, certificate.Client(), $"{Auth}\n{Ping}\n"))
            .Should()
            .Be("ok\nok\n", "a sender may do both");
    }

    [Fact]
    public async Task Who_has_a_certificate_is_not_locked_out_with_its_address()
    {
        await using var server = await StartMutualAsync(
            $"Backends:Secrets:0={Secret}",
            "Backends:MaxFailedAttempts=1",
            "Backends:LimitLoopback=true"
        );
        const string wrong = """{"$cmd":"auth","secret":"another-secret-of-theirs"}""";
        (await AnswerAsync(server, null, $"{wrong}\n")).Should().Be("fail\n");

        (await AnswerAsync(server, null, "")).Should().Be("fail\n", "without a word of its own");
        (await AnswerAsync(server, certificate.Client(), $"{Ping}\n")).Should().Be("ok\n");
    }

    private static async Task<bool> CanPingAsync(PushBridgeServer server)
    {
        try
        {
            await using var backend = await TextBackend.ConnectTlsAsync(server.Text);
            return await backend.AskAsync(Ping) == "ok";
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }

    /// <summary>What a backend with that certificate reads when it has said everything; nothing when it does not come in.</summary>
    private static async Task<string> AnswerAsync(
        PushBridgeServer server,
        TestClientCertificate? shown,
        string words
    )
    {
        await using var backend = await TextBackend.ConnectTlsAsync(server.Text, shown);
        try
        {
            await backend.SendAsync(words);
            backend.HalfClose();
        }
        catch (IOException)
        {
            // It has been refused before it said anything.
        }
        return await EndOf(backend);
    }

    private static async Task<string> EndOf(TextBackend backend)
    {
        try
        {
            return await backend.ReadToEndAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return "";
        }
    }

    private Task<PushBridgeServer> StartAsync(params string[] settings) =>
        PushBridgeServer.StartAsync([.. certificate.SettingsOf("Text"), .. settings]);

    private Task<PushBridgeServer> StartMutualAsync(params string[] settings) =>
        PushBridgeServer.StartAsync([.. certificate.MutualSettingsOf("Text"), .. settings]);
}
