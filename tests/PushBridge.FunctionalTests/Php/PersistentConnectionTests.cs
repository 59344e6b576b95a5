using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary>
/// Connections that outlive a request, as the sample's sender opens them. What a script before left behind must never reach
/// the next one: an unread reply would be taken for the answer to its push.
/// </summary>
public sealed class PersistentConnectionTests
{
    private const string Persistent = """{"persistent":true,"timeout":0.5}""";

    [Fact]
    public async Task Clients_of_one_process_share_one_connection()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(port.Address, Persistent);

        var first = php.ValueAsync("$push->push('a', 1)->ok");
        using var link = await port.AcceptAsync();
        await SynchronizeAsync(link, stale: "");
        await link.AnswerAsync("""{"$cmd":"push",""", """{"ok":true,"connections":1}""");
        (await first).Should().Be("true");

        var second = php.ValueAsync(
            $"(new PushClient('tcp://{port.Address}', ['persistent' => true]))->push('a', 2)->ok"
        );
        await SynchronizeAsync(link, stale: "ok\nok\n{\"ok\":true,\"connections\":1}\n");
        await link.AnswerAsync("""{"$cmd":"push",""", """{"ok":false,"reason":"offline"}""");
        (await second).Should().Be("false", "the stale replies are not its own");
    }

    [Theory]
    [InlineData("""{"uid":"a","n":1}\n""")]
    [InlineData("""{"uid":"a","n":1}\n{"uid":"a","n":2}\n{"uid":"nobody"}\n""")]
    [InlineData("""{"uid":"a","n":1}\n{"uid":"b","half":""")]
    [InlineData("""{"$cmd":"quiet"}\n{"uid":"a","n":1}\n""")]
    public async Task What_a_script_left_behind_is_not_taken_for_an_answer(string left)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text, Persistent);
        await using var a = await RawClient.JoinAsync(server, "a");
        await using var b = await RawClient.JoinAsync(server, "b");

        await php.ValueAsync(
            $$"""
            fwrite(stream_socket_client('tcp://{{server.Text}}', $errno, $errmsg, 1, STREAM_CLIENT_CONNECT | STREAM_CLIENT_PERSISTENT),
                str_replace('\n', "\n", '{{left}}'))
            """
        );

        (await php.ValueAsync("$push->push('nobody', 1)->reason")).Should().Be("\"offline\"");
        (await php.ValueAsync("$push->push('b', 'b')->ok")).Should().Be("true");
        (await a.NextAsync()).Should().Be("""{"uid":"a","n":1}""");
        (await b.NextAsync()).Should().Be("\"b\"");
    }

    [Fact]
    public async Task A_persistent_connection_that_died_is_replaced()
    {
        var server = await PushBridgeServer.StartAsync();
        var text = server.Text;
        await using var php = PhpSession.Start(text, Persistent);
        (await php.ValueAsync("$push->broadcast(1)->ok")).Should().Be("true");
        await server.DisposeAsync();
        await using var again = await PushBridgeServer.StartAsync($"Text:Listen={text}");
        await using var client = await RawClient.JoinAsync(again, "a");

        (await php.ValueAsync("$push->push('a', 1)->ok")).Should().Be("true");
        (
            await php.ValueAsync(
                $"(new PushClient('tcp://{text}', ['persistent' => true]))->push('a', 2)->ok"
            )
        )
            .Should()
            .Be("true");

        (await client.NextAsync(2)).Should().Equal("1", "2");
    }

    [Fact]
    public async Task A_port_that_answers_nothing_is_no_text_port()
    {
        using var port = FakeTextPort.Tcp();
        await using var php = PhpSession.Start(
            port.Address,
            """{"persistent":true,"timeout":0.2}"""
        );

        var failure = await php.FailureAsync("$push->push('a', 1)");

        failure.Error.Should().Be("TimeoutException");
        failure.Unknown.Should().BeFalse("the push itself was never sent");
        failure.Message.Should().Contain("does not answer as PushBridge's text port does");
    }

    private static async Task SynchronizeAsync(FakeTextPortLink link, string stale)
    {
        if (stale.Length > 0)
        {
            (await link.ReadAsync())
                .Should()
                .BeEmpty("an unfinished line of somebody else ends here");
        }
        var question = (await link.ReadAsync())!;
        question.Should().StartWith("""{"$cmd":"online","uid":""");
        var uid = question.Split('"')[7];
        await link.WriteAsync(stale + $$$"""{"ok":true,"online":{"{{{uid}}}":0}}""" + "\n");
    }
}
