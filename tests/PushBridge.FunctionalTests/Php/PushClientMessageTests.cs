using System.Net;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary>What PHP's values become on the wire, and which of them are refused before anything is sent.</summary>
public sealed class PushClientMessageTests
{
    [Theory]
    [InlineData("'é你😀'", "\"é你😀\"")]
    [InlineData("'a/b </script> \"\\\\'", "\"a/b </script> \\\"\\\\\"")]
    [InlineData("\"line\\nfeed\\0\"", "\"line\\nfeed\\u0000\"")]
    [InlineData("\"\\u{2028}\"", "\"\\u2028\"")]
    [InlineData("''", "\"\"")]
    [InlineData("'123'", "\"123\"")]
    [InlineData("123", "123")]
    [InlineData("PHP_INT_MAX", "9223372036854775807")]
    [InlineData("1.0", "1.0")]
    [InlineData("0.1", "0.1")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("1e100", "1.0e+100")]
    [InlineData("null", "null")]
    [InlineData("false", "false")]
    [InlineData("[]", "[]")]
    [InlineData("new stdClass", "{}")]
    [InlineData("[1, [2, ['x' => []]]]", """[1,[2,{"x":[]}]]""")]
    [InlineData("[1 => 'a']", """{"1":"a"}""")]
    [InlineData("['uid' => 'b', '$cmd' => 'kick']", """{"uid":"b","$cmd":"kick"}""")]
    [InlineData("new ArrayObject(['a' => 1])", """{"a":1}""")]
    [InlineData(
        "PushClient::json('{ \"x\": 1.50, \"y\":\"\\u00e9\" }')",
        """{ "x": 1.50, "y":"\u00e9" }"""
    )]
    [InlineData("PushClient::json(\" [1,\\r\\n2]\\n\")", "[1,  2]")]
    public async Task A_value_arrives_as_its_JSON(string php, string json)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var session = PhpSession.Start(server.Text);
        await using var client = await RawClient.JoinAsync(server, "a");

        (await session.ValueAsync($"$push->push('a', {php})->ok")).Should().Be("true");

        (await client.NextAsync()).Should().Be(json);
    }

    [Theory]
    [InlineData("é你😀", "'é你😀'")]
    [InlineData("quote\" slash/ back\\ ", "'quote\" slash/ back\\\\ '")]
    [InlineData("0123", "'0123'")]
    [InlineData("-5", "-5")]
    [InlineData("0", "0")]
    [InlineData("$cmd", "'$cmd'")]
    [InlineData("{\"uid\":\"b\"}", "'{\"uid\":\"b\"}'")]
    public async Task A_uid_is_taken_as_it_is(string uid, string php)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var session = PhpSession.Start(server.Text);
        await using var client = await RawClient.JoinAsync(server, uid);

        (await session.ValueAsync($"$push->push({php}, 1)->connections")).Should().Be("1");
        (await session.ValueAsync($"$push->isOnline({php})")).Should().Be("true");
        (await session.ValueAsync($"$push->join({php}, {php})->ok")).Should().Be("true");
        (await session.ValueAsync($"$push->group({php}, 2)->ok")).Should().Be("true");

        (await client.NextAsync(2)).Should().Equal("1", "2");
    }

    [Fact]
    public async Task What_is_deepest_and_longest_is_still_taken()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var session = PhpSession.Start(server.Text);
        var uid = string.Concat(Enumerable.Repeat("é", 128));
        await using var client = await RawClient.JoinAsync(server, uid);
        var deepest = new string('[', 63) + new string(']', 63);

        const string code = "$push->push(str_repeat('é', 128), ";
        (await session.ValueAsync($"{code}json_decode('{deepest}'))->ok")).Should().Be("true");
        (await session.ValueAsync($"{code}PushClient::json('{deepest}'))->ok")).Should().Be("true");

        (await client.NextAsync(2)).Should().Equal(deepest, deepest);
    }

    [Theory]
    [InlineData(
        "$push->push('a', ['x' => ['y' => NAN]])",
        "$data['x']['y'] cannot be sent as JSON"
    )]
    [InlineData(
        "$push->push('a', (object) ['x' => \"\\xff\"])",
        "$data['x'] cannot be sent as JSON: Malformed UTF-8"
    )]
    [InlineData("$push->push('a', [[\"\\xff\" => 1]])", "A key in $data[0] cannot be sent")]
    [InlineData(
        "$push->push('a', ['f' => STDIN])",
        "$data['f'] cannot be sent as JSON: Type is not supported"
    )]
    [InlineData("$push->broadcast(INF)", "$data cannot be sent as JSON")]
    [InlineData(
        "$push->push('a', json_decode(str_repeat('[', 64) . str_repeat(']', 64)))",
        "Maximum stack depth"
    )]
    [InlineData("$push->push('a', [PushClient::json('1')])", "can only be the whole of the data")]
    [InlineData("$push->push('a', PushClient::json('1},{'))", "what is not JSON: Syntax error")]
    [InlineData(
        "$push->push('a', PushClient::json(str_repeat('[', 64) . str_repeat(']', 64)))",
        "Maximum stack depth"
    )]
    [InlineData("$push->push('', 1)", "\"uid\" must have 1 to 256 bytes")]
    [InlineData("$push->push(str_repeat('é', 129), 1)", "\"uid\" must have 1 to 256 bytes")]
    [InlineData("$push->push(\"a\\n\", 1)", "this has not: \"a\\n\"")]
    [InlineData("$push->push(\"\\u{85}\", 1)", "without control characters")]
    [InlineData("$push->push(\"\\xff\", 1)", "UTF-8")]
    [InlineData("$push->push(true, 1)", "must be a string or an int, not boolean")]
    [InlineData("$push->push(['a', 1.5], 1)", "must be a string or an int, not double")]
    [InlineData("$push->push([], 1)", "empty array")]
    [InlineData("$push->push('a', 1, '')", "An id has 1 to 64 bytes")]
    [InlineData("$push->push('a', 1, str_repeat('x', 65))", "this one has 65")]
    [InlineData("$push->group('', 1)", "\"group\" must have")]
    [InlineData("$push->join('a', ['g'])", "\"group\" must be a string or an int, not array")]
    [InlineData(
        "$push->broadcast(1, ['a', null])",
        "\"except\" must be a string or an int, not NULL"
    )]
    [InlineData("$push->kick('a', str_repeat('x', 124))", "at most 123 bytes")]
    [InlineData("$push->kick('a', \"\\xff\")", "The command['reason'] cannot be sent")]
    [InlineData(
        "$push->pushMany(['k' => ['uid' => 'a', 'data' => NAN]])",
        "Message k: $data cannot be sent"
    )]
    [InlineData(
        "$push->pushMany([['uid' => 'a', 'data' => 1], ['uid' => 'a']])",
        "Message 1 must be an array with"
    )]
    [InlineData(
        "$push->pushManyQuietly([['uid' => ['a', ''], 'data' => 1]])",
        "Message 0: \"uid\" must have"
    )]
    public async Task What_cannot_be_sent_is_named_before_anything_is_sent(
        string code,
        string message
    )
    {
        // Bound, not listening: an attempt to connect would be another exception.
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var session = PhpSession.Start(taken.LocalEndPoint!);

        var failure = await session.FailureAsync(code);

        failure.Error.Should().Be("InvalidMessageException");
        failure.Message.Should().Contain(message);
        failure.Unknown.Should().BeFalse();
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_explained_and_the_next_command_works()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:MaxLineBytes=1000");
        await using var session = PhpSession.Start(server.Text);

        var failure = await session.FailureAsync("$push->push('a', str_repeat('x', 1000))");

        failure.Error.Should().Be("ProtocolException");
        failure.Message.Should().Contain("Text:MaxLineBytes");
        (await session.ValueAsync("$push->ping()")).Should().Be("null");
    }

    [Theory]
    [InlineData("new PushClient('127.0.0.1:5678')", "tcp://host:port")]
    [InlineData("new PushClient('tcp://127.0.0.1')", "tcp://host:port")]
    [InlineData("new PushClient('tcp://a:1', ['time_out' => 1])", "no option \"time_out\"")]
    [InlineData("new PushClient('tls://a:1', ['persistent' => true])", "cannot be persistent")]
    public async Task A_mistake_in_the_construction_says_what_is_right(string code, string message)
    {
        await using var session = PhpSession.Start("tcp://127.0.0.1:1");

        var failure = await session.FailureAsync(code);

        failure.Error.Should().Be("InvalidArgumentException");
        failure.Message.Should().Contain(message);
    }
}
