using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Php;

/// <summary>Unix sockets and TLS, as a proxy in front of the text port would offer them.</summary>
public sealed class PushClientTransportTests
{
    private const string Push = """{"$cmd":"push",""";

    private const string PushMany =
        "count($push->pushMany(array_fill(0, 1000, ['uid' => 'a', 'data' => 1])))";

    private static readonly string Replies = string.Concat(
        Enumerable.Repeat("""{"ok":true,"connections":1}""" + "\n", 1000)
    );

    [Fact]
    public async Task A_unix_socket_is_an_address()
    {
        var folder = Directory.CreateTempSubdirectory("pushbridge-");
        try
        {
            var path = Path.Combine(folder.FullName, "text.sock");
            using var port = FakeTextPort.Unix(path);
            await using var php = PhpSession.Start($"unix://{path}");

            var pushes = php.ValueAsync(PushMany);
            using var link = await port.AcceptAsync();
            await AnswerAllAsync(link);

            (await pushes).Should().Be("1000");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_unix_socket_that_is_not_there_is_named()
    {
        await using var php = PhpSession.Start("unix:///nowhere/text.sock");

        var failure = await php.FailureAsync("$push->ping()");

        failure
            .Message.Should()
            .StartWith(
                "Cannot connect to unix:///nowhere/text.sock: No such file or directory. Nothing listens there"
            );
    }

    [Fact]
    public async Task TLS_carries_a_thousand_replies_in_one_write()
    {
        using var certificate = new TestCertificate();
        using var port = FakeTextPort.Tls(certificate);
        await using var php = Start(port, certificate.Path);

        var pushes = php.ValueAsync(PushMany);
        using var link = await port.AcceptAsync();
        await AnswerAllAsync(link);

        (await pushes).Should().Be("1000");
    }

    [Fact]
    public async Task TLS_carries_quiet_pushes()
    {
        using var certificate = new TestCertificate();
        using var port = FakeTextPort.Tls(certificate);
        await using var php = Start(port, certificate.Path);

        var pushes = php.ValueAsync("$push->pushManyQuietly([['uid' => 'a', 'data' => 1]])");
        using var link = await port.AcceptAsync();
        await link.AnswerAsync("""{"$cmd":"quiet"}""", "ok");
        (await link.ReadAsync()).Should().StartWith(Push);
        (await link.ReadAsync()).Should().BeNull();
        pushes.IsCompleted.Should().BeFalse("it waits until all has been read");
        link.Dispose();

        (await pushes).Should().Be("null");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var certificate = new TestCertificate();
        using var port = FakeTextPort.Tls(certificate);
        await using var php = PhpSession.Start($"tls://localhost:{PortOf(port)}");

        var push = php.FailureAsync("$push->push('a', 1)");
        var accept = async () => await port.AcceptAsync();
        await accept.Should().ThrowAsync<Exception>("PHP ends the handshake");
        var failure = await push;

        failure.Error.Should().Be("ConnectionException");
        failure.Message.Should().Contain("certificate verify failed").And.Contain("\"context\"");
        failure.Unknown.Should().BeFalse();
    }

    [Fact]
    public async Task A_port_that_never_shakes_hands_is_given_up()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(
            $"tls://localhost:{PortOf(port)}",
            """{"connect_timeout":0.3}"""
        );

        var failure = await php.FailureAsync("$push->ping()");

        failure.Error.Should().Be("ConnectionException");
        failure.Message.Should().StartWith("Cannot connect to tls://localhost:");
    }

    private static PhpSession Start(FakeTextPort port, string certificate) =>
        PhpSession.Start(
            $"tls://localhost:{PortOf(port)}",
            $$$$"""{"context":{"ssl":{"cafile":"{{{{certificate}}}}"}}}"""
        );

    private static int PortOf(FakeTextPort port) => ((System.Net.IPEndPoint)port.Address).Port;

    private static async Task AnswerAllAsync(FakeTextPortLink link)
    {
        for (var n = 0; n < 1000; n++)
        {
            (await link.ReadAsync()).Should().StartWith(Push);
        }

        await link.WriteAsync(Replies);
    }
}
