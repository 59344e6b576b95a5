using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary>Servers that are not there, go away, are slow or are something else.</summary>
public sealed class PushClientConnectionTests
{
    private const string Push = """{"$cmd":"push","uid":"a","reply":"json","data":""";

    private const string PushWithId =
        """{"$cmd":"push","uid":"a","id":"i","reply":"json","data":""";

    private const string One = """{"ok":true,"connections":1}""";

    [Fact]
    public async Task No_server_is_an_exception_with_the_address_and_the_next_call_tries_again()
    {
        var server = await PushBridgeServer.StartAsync();
        var text = server.Text;
        await server.DisposeAsync();
        await using var php = PhpSession.Start(text);

        var failure = await php.FailureAsync("$push->push('a', 1)");

        failure
            .Should()
            .Be(
                new PhpFailure(
                    "ConnectionException",
                    $"Cannot connect to tcp://{text}: Connection refused. Nothing listens there: is PushBridge running, "
                        + "and is this its text port (Text:Listen, 127.0.0.1:5678 by default)?",
                    Unknown: false,
                    "{}"
                )
            );
        await using var again = await PushBridgeServer.StartAsync($"Text:Listen={text}");
        (await php.ValueAsync("$push->broadcast(1)->ok")).Should().Be("true");
    }

    [Fact]
    public async Task A_restart_between_two_calls_goes_unnoticed()
    {
        var server = await PushBridgeServer.StartAsync();
        var text = server.Text;
        await using var php = PhpSession.Start(text);
        (await php.ValueAsync("$push->broadcast(1)->ok")).Should().Be("true");
        await server.DisposeAsync();

        await using var again = await PushBridgeServer.StartAsync($"Text:Listen={text}");
        await using var client = await RawClient.JoinAsync(again, "a");

        (await php.ValueAsync("$push->push('a', 2)->ok")).Should().Be("true");
        (await php.ValueAsync("$push->push('a', 3)->ok")).Should().Be("true");
        (await client.NextAsync(2)).Should().Equal("2", "3");
    }

    [Fact]
    public async Task A_push_that_may_have_been_executed_is_never_sent_again()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address);
        var kept = await AnswerFirstAsync(port, php);

        var push = php.FailureAsync("$push->push('a', 2)");
        (await kept.ReadAsync()).Should().Be(Push + "2}");
        kept.Dispose();
        var failure = await push;

        failure.Error.Should().Be("ConnectionException");
        failure.Unknown.Should().BeTrue();
        failure.Message.Should().Contain("may have been executed or not. Give it an id");
        var next = php.ValueAsync("$push->push('a', 3)->ok");
        using var link = await port.AcceptAsync();
        await link.AnswerAsync(Push + "3}", One);
        (await next)
            .Should()
            .Be("true", "the next command is the first thing on the new connection");
    }

    [Theory]
    [InlineData("$push->push('a', 2, 'i')->ok", PushWithId + "2}", One, "true")]
    [InlineData(
        "$push->broadcast(2, [], 'i')->ok",
        """{"$cmd":"broadcast","id":"i",""",
        One,
        "true"
    )]
    [InlineData(
        "$push->leave('a', 'g', 'i')->ok",
        """{"$cmd":"leave","uid":"a","group":"g","id":"i",""",
        One,
        "true"
    )]
    [InlineData(
        "$push->kick('a', null, 'i')->ok",
        """{"$cmd":"kick","uid":"a","id":"i",""",
        One,
        "true"
    )]
    [InlineData("$push->join('a', 'g')->ok", """{"$cmd":"join",""", One, "true")]
    [InlineData(
        "$push->isOnline('a')",
        """{"$cmd":"online",""",
        """{"ok":true,"online":{"a":0}}""",
        "false"
    )]
    [InlineData("$push->ping()", """{"$cmd":"ping",""", """{"ok":true}""", "null")]
    public async Task What_may_be_executed_twice_is_sent_again_once(
        string code,
        string line,
        string reply,
        string value
    )
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address);
        var kept = await AnswerFirstAsync(port, php);

        var call = php.ValueAsync(code);
        (await kept.ReadAsync()).Should().StartWith(line);
        kept.Dispose();
        using var second = await port.AcceptAsync();
        await second.AnswerAsync(line, reply);

        (await call).Should().Be(value);
    }

    [Fact]
    public async Task The_second_attempt_is_the_last()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address);
        var kept = await AnswerFirstAsync(port, php);

        var call = php.FailureAsync("$push->push('a', 2, 'i')");
        (await kept.ReadAsync()).Should().StartWith(PushWithId);
        kept.Dispose();
        using (var second = await port.AcceptAsync())
        {
            (await second.ReadAsync()).Should().StartWith(PushWithId);
        }

        (await call).Error.Should().Be("ConnectionException");
    }

    [Fact]
    public async Task A_late_reply_is_never_taken_for_the_next_one()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address, """{"timeout":0.3}""");

        var push = php.FailureAsync("$push->push('a', 1)");
        using var slow = await port.AcceptAsync();
        (await slow.ReadAsync()).Should().StartWith(Push);
        var failure = await push;

        failure.Error.Should().Be("TimeoutException");
        failure.Unknown.Should().BeTrue();
        failure.Message.Should().Contain("does not answer within 0.3 seconds");
        (await slow.ReadAsync()).Should().BeNull("the connection is given up");
        var next = php.ValueAsync("$push->push('a', 2)->reason");
        using var link = await port.AcceptAsync();
        await link.AnswerAsync(Push + "2}", """{"ok":false,"reason":"overloaded"}""");
        (await next).Should().Be("\"overloaded\"");
    }

    [Fact]
    public async Task A_reply_that_trickles_does_not_stretch_the_timeout()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address, """{"timeout":0.3}""");

        var push = php.FailureAsync("$push->push('a', 1)");
        using var link = await port.AcceptAsync();
        await link.ReadAsync();
        while (!push.IsCompleted)
        {
            try
            {
                await link.WriteAsync("{");
            }
            catch (IOException)
            {
                break; // Given up, as it should.
            }

            await Task.WhenAny(push, Task.Delay(20));
        }

        (await push).Error.Should().Be("TimeoutException");
    }

    [Fact]
    public async Task A_server_that_does_not_read_is_a_timeout_too()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address, """{"timeout":0.3}""");

        var failure = await php.FailureAsync("$push->push('a', str_repeat('x', 32 << 20))");

        failure.Error.Should().Be("TimeoutException");
        failure.Message.Should().Contain("takes no data within 0.3 seconds");
    }

    [Theory]
    [InlineData(
        "HTTP/1.1 400 Bad Request",
        "answered \\\"HTTP/1.1 400 Bad Request\\\". Is this PushBridge's text port"
    )]
    [InlineData("ok", "answered \\\"ok\\\"")]
    [InlineData("[]", "answered \\\"[]\\\"")]
    [InlineData("""{"ok":1}""", "Is this PushBridge's text port")]
    [InlineData("fail", "Text:MaxLineBytes")]
    public async Task An_unexpected_reply_is_shown(string reply, string message)
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address);

        var push = php.FailureAsync("$push->push('a', 1)");
        using var link = await port.AcceptAsync();
        await link.AnswerAsync(Push, reply);
        var failure = await push;

        failure.Error.Should().Be("ProtocolException");
        failure.Message.Should().Contain(message.Replace("\\\"", "\"", StringComparison.Ordinal));
        (await link.ReadAsync()).Should().BeNull("such a connection is not kept");
    }

    [Fact]
    public async Task A_kept_connection_with_an_unasked_reply_is_replaced()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address);
        using var first = await AnswerFirstAsync(port, php);
        await first.WriteAsync(One + "\n");
        await php.ValueAsync("usleep(100000)"); // long enough on loopback for what was written to have arrived

        var push = php.ValueAsync("$push->push('a', 2)->ok");
        using var second = await port.AcceptAsync();
        await second.AnswerAsync(Push + "2}", """{"ok":false,"reason":"offline"}""");

        (await push).Should().Be("false");
    }

    [Fact]
    public async Task Results_that_came_before_the_loss_are_in_the_exception()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address);

        var pushes = php.FailureAsync(
            "$push->pushMany(['x' => ['uid' => 'a', 'data' => 1], 'y' => ['uid' => 'a', 'data' => 2], 'z' => ['uid' => 'a', 'data' => 3]])"
        );
        using (var link = await port.AcceptAsync())
        {
            await link.ReadAsync();
            await link.ReadAsync();
            await link.ReadAsync();
            await link.WriteAsync(One + "\n" + """{"ok":false,"reason":"offline"}""" + "\n");
        }

        var failure = await pushes;
        failure.Unknown.Should().BeTrue();
        failure
            .Results.Should()
            .Be(
                """{"x":{"ok":true,"connections":1,"reason":null},"y":{"ok":false,"connections":0,"reason":"offline"}}"""
            );
    }

    [Fact]
    public async Task A_forked_child_opens_a_connection_of_its_own()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address);
        using var parent = await AnswerFirstAsync(port, php);

        var status = php.ValueAsync(
            """
            (function ($push) {
                if (pcntl_fork() === 0) {
                    $ok = $push->push('a', 'child')->ok;
                    posix_kill(getmypid(), $ok ? SIGTERM : SIGKILL);
                }
                pcntl_wait($status);
                return pcntl_wtermsig($status);
            })($push)
            """
        );
        using var child = await port.AcceptAsync();
        await child.AnswerAsync(Push + "\"child\"}", One);

        (await status).Should().Be("15", "the child got its answer");
    }

    /// <summary>Answers one push, and gives the connection that is kept after it.</summary>
    private static async Task<FakeTextPortLink> AnswerFirstAsync(FakeTextPort port, PhpSession php)
    {
        var push = php.ValueAsync("$push->push('a', 1)->ok");
        var link = await port.AcceptAsync();
        await link.AnswerAsync(Push + "1}", One);
        (await push).Should().Be("true");
        return link;
    }
}
