using System.Text;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Text;

public sealed class FramingTests
{
    [Fact]
    public async Task A_line_may_arrive_one_byte_at_a_time()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        const string line = """{"uid":"uid1","percent":"88%"}""";

        foreach (var b in Encoding.UTF8.GetBytes(line + "\n"))
        {
            await backend.SendAsync(new[] { b });
        }

        (await backend.ReadLineAsync()).Should().Be("ok");
        (await client.NextAsync()).Should().Be(line);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(61)]
    public async Task Replies_do_not_depend_on_how_the_lines_are_cut(int pieceBytes)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var bytes = Encoding.UTF8.GetBytes(
            "{\"uid\":\"uid1\",\"n\":1}\r\n\n[]\n{\"uid\":\"uid1\",\"n\":\"é\"}\n"
        );

        for (var i = 0; i < bytes.Length; i += pieceBytes)
        {
            await backend.SendAsync(bytes.AsMemory(i, Math.Min(pieceBytes, bytes.Length - i)));
        }

        (await backend.ReadLinesAsync(4)).Should().Equal("ok", "fail", "fail", "ok");
        (await client.NextAsync(2))
            .Should()
            .Equal("""{"uid":"uid1","n":1}""", """{"uid":"uid1","n":"é"}""");
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r\r\r\n")]
    public async Task Every_trailing_carriage_return_is_dropped(string end)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync("{\"uid\":\"uid1\",\r\"n\":1}" + end);

        (await backend.ReadLineAsync()).Should().Be("ok");
        (await client.NextAsync())
            .Should()
            .Be("{\"uid\":\"uid1\",\r\"n\":1}", "a carriage return inside is white space");
    }

    [Fact]
    public async Task Replies_end_with_a_bare_line_feed()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync("{\"uid\":\"uid1\"}\r\n{\"uid\":\"nobody\"}\r\n");
        backend.HalfClose();

        (await backend.ReadToEndAsync()).Should().Be("ok\nfail\n");
    }

    [Fact]
    public async Task Five_thousand_pipelined_lines_are_answered_and_delivered_in_order()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var lines = Enumerable
            .Range(0, 5000)
            .Select(i => $$"""{"uid":"uid1","n":{{i}}}""")
            .ToArray();

        await backend.SendAsync(string.Join('\n', lines) + "\n");

        (await backend.ReadLinesAsync(5000)).Should().OnlyContain(reply => reply == "ok");
        (await client.NextAsync(5000)).Should().Equal(lines);
    }

    [Fact]
    public async Task Replies_of_a_mixed_pipeline_come_in_command_order()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        // Every third line is for nobody, every seventh is no JSON.
        var lines = Enumerable
            .Range(0, 2000)
            .Select(i =>
                i % 7 == 0
                    ? "nonsense"
                    : $$"""{"uid":"{{(i % 3 == 0 ? "nobody" : "uid1")}}","n":{{i}}}"""
            )
            .ToArray();
        var delivered = lines
            .Where(line => line.Contains("uid1", StringComparison.Ordinal))
            .ToArray();

        await backend.SendAsync(string.Join('\n', lines) + "\n");

        (await backend.ReadLinesAsync(lines.Length))
            .Should()
            .Equal(
                lines.Select(line =>
                    line.Contains("uid1", StringComparison.Ordinal) ? "ok" : "fail"
                )
            );
        (await client.NextAsync(delivered.Length)).Should().Equal(delivered);
    }

    [Fact]
    public async Task A_line_of_exactly_the_limit_is_delivered()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:MaxLineBytes=4096");
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var line = LineOf(4096);

        (await backend.AskAsync(line)).Should().Be("ok");
        (await client.NextAsync()).Should().Be(line);
    }

    [Fact]
    public async Task A_line_over_the_limit_gets_fail_and_a_close()
    {
        await using var server = await PushBridgeServer.StartAsync("Text:MaxLineBytes=4096");
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync(
            $$"""{"uid":"uid1","n":1}"""
                + "\n"
                + LineOf(4097)
                + "\n"
                + """{"uid":"uid1","n":2}"""
                + "\n"
        );

        (await backend.ReadToEndAsync()).Should().Be("ok\nfail\n");
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","n":1}""");
        await AssertNothingWaits(server, client);
    }

    [Fact]
    public async Task A_backend_that_goes_on_sending_an_endless_line_sees_fail_and_a_clean_end()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        // Three times the limit, without a line feed.
        var sending = backend.SendAsync(new string('x', 3 * 1024 * 1024));

        (await backend.ReadToEndAsync())
            .Should()
            .Be("fail\n", "the server lingers, so the reply is not lost to a reset");
        await sending;
    }

    [Fact]
    public async Task A_tail_without_line_feed_at_half_close_gets_fail()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync("{\"uid\":\"uid1\",\"n\":1}\n{\"uid\":\"uid1\",\"n\":2}");
        backend.HalfClose();

        (await backend.ReadToEndAsync()).Should().Be("ok\nfail\n");
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","n":1}""");
        await AssertNothingWaits(server, client);
    }

    [Fact]
    public async Task A_backend_reset_in_mid_line_leaves_the_server_and_the_other_backends_alone()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        var doomed = await TextBackend.ConnectAsync(server.Text);
        await using var other = await TextBackend.ConnectAsync(server.Text);

        (await doomed.AskAsync("""{"uid":"uid1","n":1}""")).Should().Be("ok");
        await doomed.SendAsync("""{"uid":"uid1","n":2}""");
        doomed.Abort();

        (await other.AskAsync("""{"uid":"uid1","n":3}""")).Should().Be("ok");
        (await client.NextAsync(2))
            .Should()
            .Equal("""{"uid":"uid1","n":1}""", """{"uid":"uid1","n":3}""");
        await AssertNothingWaits(server, client);
    }

    private static string LineOf(int bytes)
    {
        const string start = """{"uid":"uid1","pad":" """;
        const string end = "\"}";
        return start + new string('p', bytes - start.Length - end.Length) + end;
    }

    /// <summary>A message sent now is the very next one: whatever came before it was not delivered.</summary>
    private static async Task AssertNothingWaits(PushBridgeServer server, RawClient client)
    {
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"uid":"uid1","n":"marker"}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","n":"marker"}""");
    }
}
