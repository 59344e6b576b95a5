using System.Net.Sockets;
using Polly;
using Polly.Retry;
using PushBridge.Client;

namespace PushBridge.FunctionalTests.Client;

/// <summary>What the client makes of a server that breaks its word or its connection.</summary>
public sealed class LostConnectionTests
{
    private static readonly ReadOnlyMemory<byte> Json = "1"u8.ToArray();

    [Fact]
    public async Task A_reply_that_never_comes_ends_the_connection_and_leaves_the_outcome_unknown()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server, o => o.ResponseTimeout = Milliseconds(200));
        var unanswered = push.PushAsync("a", Json);
        await using var first = await server.AcceptAsync();
        await first.ReadLineAsync();

        var result = await unanswered;

        result.Reason.Should().Be(PushReason.OutcomeUnknown);
        result.Delivered.Should().BeFalse();
        result.Error.Should().BeOfType<TimeoutException>();
        (await first.ReadLineAsync()).Should().BeNull("the order of the replies is lost");
        var next = push.PushAsync("b", Json);
        await using var second = await server.AcceptAsync();
        await second.ReadLineAsync();
        await second.AnswerAsync(1);
        (await next).Delivered.Should().BeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"ok\":true,\"conn")]
    [InlineData("{\"ok\":true,\"connections\":1}")]
    public async Task Half_a_reply_is_no_reply(string half)
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server);
        var pushing = push.PushAsync("a", Json);
        await using (var connection = await server.AcceptAsync())
        {
            await connection.ReadLineAsync();
            await connection.SendAsync(half);
        }

        (await pushing).Reason.Should().Be(PushReason.OutcomeUnknown);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("ok\n")]
    [InlineData("\n")]
    [InlineData("{\"ok\":1}\n")]
    public async Task Behind_a_line_that_is_no_reply_nothing_is_believed(string garbage)
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server);
        var pushing = Enumerable.Range(0, 3).Select(_ => push.PushAsync("a", Json)).ToArray();
        await using var connection = await server.AcceptAsync();
        for (var i = 0; i < 3; i++)
        {
            await connection.ReadLineAsync();
        }

        await connection.SendAsync(
            "{\"ok\":true,\"connections\":1}\n" + garbage + "{\"ok\":true,\"connections\":1}\n"
        );

        (await pushing[0]).Delivered.Should().BeTrue();
        (await pushing[1]).Reason.Should().Be(PushReason.OutcomeUnknown);
        (await pushing[2]).Reason.Should().Be(PushReason.OutcomeUnknown);
    }

    [Fact]
    public async Task A_reply_that_nobody_asked_for_ends_the_connection()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server);
        var pushing = push.PushAsync("a", Json);
        await using var connection = await server.AcceptAsync();
        await connection.ReadLineAsync();
        await connection.AnswerAsync(1);
        (await pushing).Delivered.Should().BeTrue();

        await connection.AnswerAsync(1);

        (await connection.ReadLineAsync()).Should().BeNull();
    }

    [Fact]
    public async Task What_is_called_behind_a_reply_that_may_be_the_last_goes_over_a_new_connection()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server);
        var tooLong = push.PushAsync("a", Json);
        await using var first = await server.AcceptAsync();
        await first.ReadLineAsync();
        await first.SendAsync("fail\n");
        (await tooLong).Reason.Should().Be(PushReason.BadRequest);

        var next = push.PushAsync("a", Json);

        await using var second = await server.AcceptAsync();
        await second.ReadLineAsync();
        await second.AnswerAsync(1);
        (await next).Delivered.Should().BeTrue("the server is about to close the first one");
        (await first.ReadLineAsync()).Should().BeNull("the client has");
    }

    [Theory]
    [InlineData("offline")]
    [InlineData("overloaded")]
    [InlineData("draining")]
    [InlineData("bad_request")]
    [InlineData("unauthorized")]
    public async Task A_refusal_of_the_second_attempt_does_not_tell_what_became_of_the_first(
        string reason
    )
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server);
        var pushing = push.PushAsync("a", Json, id: "i");
        await using (var first = await server.AcceptAsync())
        {
            await first.ReadLineAsync();
        }
        await using var second = await server.AcceptAsync();
        await second.ReadLineAsync();

        await second.SendAsync($$"""{"ok":false,"reason":"{{reason}}"}""" + "\n");

        var result = await pushing;
        result.Reason.Should().Be(PushReason.OutcomeUnknown, "the first may have delivered it");
        result.Error!.Message.Should().ContainEquivalentOf(reason.Replace("_", ""));
    }

    [Fact]
    public async Task It_was_not_the_last_when_another_follows()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server);
        var early = Enumerable.Range(0, 2).Select(_ => push.PushAsync("a", Json)).ToArray();
        await using var connection = await server.AcceptAsync();
        await connection.ReadLineAsync();
        await connection.ReadLineAsync();
        await connection.SendAsync("fail\n");
        (await early[0]).Reason.Should().Be(PushReason.BadRequest);
        var next = push.PushAsync("b", Json);

        await connection.AnswerAsync(1);

        (await early[1]).Delivered.Should().BeTrue();
        (await connection.ReadLineAsync()).Should().Contain("\"b\"");
        await connection.AnswerAsync(1);
        (await next).Delivered.Should().BeTrue();
    }

    [Fact]
    public async Task Replies_may_come_byte_by_byte()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server);
        var pushing = push.PushAsync("a", Json);
        await using var connection = await server.AcceptAsync();
        await connection.ReadLineAsync();

        foreach (var character in "{\"ok\":false,\"reason\":\"eclipse\"}\r\n")
        {
            await connection.SendAsync(character.ToString());
        }

        (await pushing).Should().Be(new PushResult(PushReason.Unrecognized));
    }

    [Fact]
    public async Task Without_an_id_what_was_written_is_not_sent_again_and_what_waited_is_sent_once()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server, o => o.MaxInFlightCommands = 1);
        var written = push.PushAsync("written", Json);
        var waiting = push.PushAsync("waiting", Json);
        await using (var first = await server.AcceptAsync())
        {
            (await first.ReadLineAsync()).Should().Contain("written");
        }

        (await written).Reason.Should().Be(PushReason.OutcomeUnknown);
        await using var second = await server.AcceptAsync();
        (await second.ReadLineAsync()).Should().Contain("waiting");
        await second.AnswerAsync(1);
        (await waiting).Delivered.Should().BeTrue();
    }

    [Fact]
    public async Task With_an_id_it_is_sent_again_as_it_was_and_in_its_order()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server);
        var with = push.PushAsync("a", Json, id: "i1");
        var without = push.PushAsync("b", Json);
        var also = push.BroadcastAsync(Json, id: "i2");
        string? line;
        await using (var first = await server.AcceptAsync())
        {
            line = await first.ReadLineAsync();
            await first.ReadLineAsync();
            await first.ReadLineAsync();
        }

        await using var second = await server.AcceptAsync();
        (await second.ReadLineAsync()).Should().Be(line).And.Contain("\"id\":\"i1\"");
        (await second.ReadLineAsync()).Should().Contain("\"id\":\"i2\"");
        await second.AnswerAsync(4);
        await second.AnswerAsync(5);
        (await with).Connections.Should().Be(4);
        (await also).Connections.Should().Be(5);
        (await without).Reason.Should().Be(PushReason.OutcomeUnknown);
    }

    [Fact]
    public async Task Generated_ids_make_every_push_repeatable_and_differ()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server, o => (o.GenerateIds, o.MaxAttempts) = (true, 2));
        var first = push.PushAsync("a", Json);
        var second = push.PushAsync("a", Json);
        string?[][] lines =
        [
            [null, null],
            [null, null],
        ];
        foreach (var seen in lines)
        {
            await using var connection = await server.AcceptAsync();
            seen[0] = await connection.ReadLineAsync();
            seen[1] = await connection.ReadLineAsync();
        }

        (await first).Reason.Should().Be(PushReason.OutcomeUnknown, "two attempts are allowed");
        (await second).Reason.Should().Be(PushReason.OutcomeUnknown);
        lines[1].Should().Equal(lines[0]);
        lines[0][0].Should().NotBe(lines[0][1]).And.Contain("\"id\":\"");
    }

    [Fact]
    public async Task Nobody_listening_is_told_as_not_sent_with_the_reason()
    {
        string address;
        await using (var server = ScriptedServer.OnTcp())
        {
            address = server.Address;
        }
        var attempts = 0;
        await using var push = new PushClient(
            new PushClientOptions
            {
                Address = address,
                ConnectPipeline = new ResiliencePipelineBuilder()
                    .AddRetry(
                        new RetryStrategyOptions
                        {
                            MaxRetryAttempts = 2,
                            Delay = TimeSpan.Zero,
                            OnRetry = _ =>
                            {
                                attempts++;
                                return default;
                            },
                        }
                    )
                    .Build(),
            }
        );

        var results = await Task.WhenAll(
            push.PushAsync("a", Json).AsTask(),
            push.PushAsync("a", Json, id: "i").AsTask()
        );

        results.Should().OnlyContain(result => result.Reason == PushReason.NotSent);
        results[0].Error.Should().BeOfType<SocketException>();
        attempts.Should().BeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("{\"ok\":true}\n{\"ok\":true}\n")]
    [InlineData("{\"ok\":false,\"reason\":\"bad_request\"}\n")]
    [InlineData("")]
    public async Task No_command_is_written_to_what_does_not_answer_a_ping_as_we_do(string answer)
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(server, o => o.ConnectPipeline = ResiliencePipeline.Empty);
        var pushing = push.PushAsync("a", Json);
        await using var connection = await server.AcceptSilentlyAsync();
        await connection.ReadLineAsync();
        await connection.SendAsync(answer);
        if (answer.Length == 0)
        {
            await connection.DisposeAsync();
        }

        var result = await pushing;

        result.Reason.Should().Be(PushReason.NotSent);
        result.Error.Should().BeOfType<IOException>();
    }

    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_is_given_up()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = Client(
            server,
            o =>
                (o.ConnectPipeline, o.ConnectTimeout) = (
                    ResiliencePipeline.Empty,
                    Milliseconds(100)
                )
        );

        var result = await push.PushAsync("a", Json);

        result.Reason.Should().Be(PushReason.NotSent);
        result.Error.Should().BeOfType<TimeoutException>();
    }

    [Fact]
    public async Task A_Unix_domain_socket_serves_as_well()
    {
        var path = Path.Combine(Path.GetTempPath(), $"pushbridge-{Guid.NewGuid():N}.sock");
        await using var server = ScriptedServer.OnUnixSocket(path);
        try
        {
            await using var push = new PushClient($"unix:{path}");
            var pushing = push.PushAsync("a", Json);
            await using var connection = await server.AcceptAsync();
            await connection.ReadLineAsync();
            await connection.AnswerAsync(2);

            (await pushing).Connections.Should().Be(2);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static PushClient Client(
        ScriptedServer server,
        Action<PushClientOptions>? configure = null
    )
    {
        var options = new PushClientOptions { Address = server.Address };
        configure?.Invoke(options);
        return new PushClient(options);
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
