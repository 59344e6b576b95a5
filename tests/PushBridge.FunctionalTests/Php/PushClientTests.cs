using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary>Every method of <c>src/php/PushBridge.php</c> against the real server.</summary>
public sealed class PushClientTests
{
    private const string Offline = """{"ok":false,"connections":0,"reason":"offline"}""";

    [Fact]
    public async Task A_push_reaches_every_connection_and_says_how_many()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var first = await RawClient.JoinAsync(server, "a");
        await using var second = await RawClient.JoinAsync(server, "a", nth: 2);

        (await php.ValueAsync("$push->push('a', ['percent' => '88%'])")).Should().Be(Ok(2));

        (await first.NextAsync()).Should().Be("""{"percent":"88%"}""");
        (await second.NextAsync()).Should().Be("""{"percent":"88%"}""");
    }

    [Fact]
    public async Task A_push_may_name_several_uids_as_strings_and_numbers()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var a = await RawClient.JoinAsync(server, "a");
        await using var number = await RawClient.JoinAsync(server, "123");

        (await php.ValueAsync("$push->push(['a', 'nobody', 123, 'a'], 1)")).Should().Be(Ok(2));
        (await php.ValueAsync("$push->push(['x' => '123'], 2)")).Should().Be(Ok(1));

        (await a.NextAsync()).Should().Be("1");
        (await number.NextAsync(2)).Should().Equal("1", "2");
    }

    [Fact]
    public async Task A_push_to_nobody_is_a_result_and_not_an_exception()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);

        (await php.ValueAsync("$push->push('nobody', 1)")).Should().Be(Offline);
        (await php.ValueAsync("$push->group('nothing', 1)")).Should().Be(Offline);
        (await php.ValueAsync("$push->join('nobody', 'g')")).Should().Be(Offline);
        (await php.ValueAsync("$push->leave('nobody', 'g')")).Should().Be(Offline);
        (await php.ValueAsync("$push->kick('nobody')")).Should().Be(Offline);
        (await php.ValueAsync("$push->broadcast(1)")).Should().Be(Ok(0));
    }

    [Fact]
    public async Task An_id_is_executed_once_and_answered_as_the_first_time()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var a = await RawClient.JoinAsync(server, "a");

        (await php.ValueAsync("$push->push('a', 1, 'i')")).Should().Be(Ok(1));
        (await php.ValueAsync("$push->push('a', 1, 'i')")).Should().Be(Ok(1));
        (await php.ValueAsync("$push->pushMany([['uid' => 'a', 'data' => 1, 'id' => 'i']])[0]"))
            .Should()
            .Be(Ok(1));
        (await php.ValueAsync("$push->push('a', 2, 'j')")).Should().Be(Ok(1));

        (await a.NextAsync(2)).Should().Equal("1", "2");
    }

    [Fact]
    public async Task A_broadcast_reaches_everybody_but_the_excepted()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var a = await RawClient.JoinAsync(server, "a");
        await using var b = await RawClient.JoinAsync(server, "7");

        (await php.ValueAsync("$push->broadcast('all')")).Should().Be(Ok(2));
        (await php.ValueAsync("$push->broadcast('one', 7)")).Should().Be(Ok(1));
        (await php.ValueAsync("$push->broadcast('none', ['a', '7'])")).Should().Be(Ok(0));
        (await php.ValueAsync("$push->broadcast('last', [])")).Should().Be(Ok(2));

        (await a.NextAsync(3)).Should().Equal("\"all\"", "\"one\"", "\"last\"");
        (await b.NextAsync(2)).Should().Equal("\"all\"", "\"last\"");
    }

    [Fact]
    public async Task A_group_has_who_joined_until_he_leaves()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var a = await RawClient.JoinAsync(server, "a");
        await using var b = await RawClient.JoinAsync(server, "b");

        (await php.ValueAsync("$push->join(['a', 'b'], 'g')")).Should().Be(Ok(2));
        (await php.ValueAsync("$push->join('b', 42)")).Should().Be(Ok(1));
        (await php.ValueAsync("$push->group('g', 1)")).Should().Be(Ok(2));
        (await php.ValueAsync("$push->group(['g', '42'], 2, 'a')")).Should().Be(Ok(1));
        (await php.ValueAsync("$push->count('g')")).Should().Be("""{"connections":2,"uids":2}""");
        (await php.ValueAsync("$push->leave('b', 'g')")).Should().Be(Ok(1));
        (await php.ValueAsync("$push->group('g', 3)")).Should().Be(Ok(1));

        (await a.NextAsync(2)).Should().Equal("1", "3");
        (await b.NextAsync(2)).Should().Equal("1", "2");
    }

    [Fact]
    public async Task A_kick_closes_with_its_reason()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var a = await RawClient.JoinAsync(server, "a");

        (await php.ValueAsync("$push->kick('a', 'signed out \"elsewhere\"')")).Should().Be(Ok(1));

        (await a.Closed).Should().Be((4411, "signed out \"elsewhere\""));
    }

    [Fact]
    public async Task It_tells_who_is_there()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var first = await RawClient.JoinAsync(server, "123");
        await using var second = await RawClient.JoinAsync(server, "123", nth: 2);
        await using var a = await RawClient.JoinAsync(server, "a");

        (await php.ValueAsync("$push->online(['123', 'b'])")).Should().Be("""{"123":2,"b":0}""");
        (await php.ValueAsync("$push->online(123)['123']")).Should().Be("2");
        (await php.ValueAsync("$push->isOnline('a')")).Should().Be("true");
        (await php.ValueAsync("$push->isOnline('b')")).Should().Be("false");
        (await php.ValueAsync("$push->count()")).Should().Be("""{"connections":3,"uids":2}""");
        (await php.ValueAsync("$push->ping()")).Should().Be("null");
    }

    [Fact]
    public async Task A_thousand_pushes_are_answered_each_under_its_key_and_in_order()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var a = await RawClient.JoinAsync(server, "a");

        var results = await php.ValueAsync(
            """
            (function ($push) {
                $messages = [];
                for ($n = 0; $n < 2500; $n++) {
                    $messages["k$n"] = ['uid' => $n % 3 ? 'a' : 'nobody', 'data' => $n];
                }
                $results = $push->pushMany($messages);
                $fitting = 0;
                foreach ($results as $key => $result) {
                    $fitting += $result->ok === ((int) substr($key, 1) % 3 !== 0);
                }
                return [array_keys($results) === array_keys($messages), $fitting];
            })($push)
            """
        );

        results.Should().Be("[true,2500]");
        var expected = Enumerable.Range(0, 2500).Where(n => n % 3 != 0).Select(n => $"{n}");
        (await a.NextAsync(1666)).Should().Equal(expected);
    }

    [Fact]
    public async Task Quiet_pushes_have_all_been_executed_when_the_call_returns()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var a = await RawClient.JoinAsync(server, "a");

        await php.ValueAsync(
            """
            $push->pushManyQuietly(array_map(function ($n) { return ['uid' => $n % 2 ? 'a' : 'nobody', 'data' => $n]; }, range(0, 4999)))
            """
        );
        (await php.ValueAsync("$push->push('a', 'last')")).Should().Be(Ok(1));

        (await a.NextAsync(2501))
            .Should()
            .Equal([
                .. Enumerable.Range(0, 5000).Where(n => n % 2 == 1).Select(n => $"{n}"),
                "\"last\"",
            ]);
    }

    [Fact]
    public async Task The_sample_s_way_works_side_by_side()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var php = PhpSession.Start(server.Text);
        await using var a = await RawClient.JoinAsync(server, "uid1");

        var replies = await php.ValueAsync(
            $$"""
            (function ($push) {
                $client = stream_socket_client('tcp://{{server.Text}}', $errno, $errmsg, 1, STREAM_CLIENT_CONNECT | STREAM_CLIENT_PERSISTENT);
                $replies = [];
                for ($n = 0; $n < 3; $n++) {
                    fwrite($client, json_encode(['uid' => 'uid1', 'n' => $n]) . "\n");
                    $replies[] = fread($client, 8192);
                    $replies[] = $push->push('uid1', $n)->ok;
                }
                return $replies;
            })($push)
            """
        );

        replies.Should().Be("""["ok\n",true,"ok\n",true,"ok\n",true]""");
        (await a.NextAsync(6))
            .Should()
            .Equal(
                """{"uid":"uid1","n":0}""",
                "0",
                """{"uid":"uid1","n":1}""",
                "1",
                """{"uid":"uid1","n":2}""",
                "2"
            );
    }

    private static string Ok(int connections) =>
        $$"""{"ok":true,"connections":{{connections}},"reason":null}""";
}
