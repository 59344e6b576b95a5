using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Http;

/// <summary><c>POST /api/commands</c>: lines in, replies out, both while the request lasts.</summary>
public sealed class CommandStreamTests
{
    private const string OneReached = """{"ok":true,"connections":1}""";
    private const string Offline = """{"ok":false,"reason":"offline"}""";
    private const string BadRequest = """{"ok":false,"reason":"bad_request"}""";

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("application/json")]
    public async Task Every_line_has_its_reply_in_order(string type)
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        await using RawClient client = await RawClient.JoinAsync(server, "a");
        string lines =
            "{\"uid\":\"a\",\"n\":1}\r\n"
            + "\n"
            + "{\"$cmd\":\"quiet\"}\n"
            + "hello\n"
            + "{\"$cmd\":\"push\",\"uid\":\"a\",\"data\":2,\"id\":\"x\"}\n"
            + "{\"$cmd\":\"push\",\"uid\":\"a\",\"data\":2,\"id\":\"x\"}\n"
            + "{\"$cmd\":\"online\",\"uid\":[\"a\",\"b\"]}\n"
            + "{\"uid\":\"b\"}";

        ApiAnswer answer = await http.AskAsync(
            HttpMethod.Post,
            "/api/commands",
            ApiRequests.Bytes(Encoding.UTF8.GetBytes(lines), type)
        );

        answer.Type.Should().Be("application/x-ndjson");
        answer
            .Body.Split('\n')
            .Should()
            .Equal(
                OneReached,
                BadRequest,
                """{"ok":true}""",
                BadRequest,
                OneReached,
                OneReached,
                """{"ok":true,"online":{"a":1,"b":0}}""",
                Offline
            );
        (await client.NextAsync(2)).Should().Equal("""{"uid":"a","n":1}""", "2");
    }

    [Fact]
    public async Task A_reply_comes_before_the_next_line_is_sent()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using RawClient client = await RawClient.JoinAsync(server, "a");
        await using TextBackend stream = await OpenAsync(server.Http);

        for (int n = 0; n < 3; n++)
        {
            await SendChunkAsync(stream, $$"""{"uid":"a","n":{{n}}}""" + "\n");
            (await ReplyAsync(stream)).Should().Be(OneReached);
            (await client.NextAsync()).Should().Be($$"""{"uid":"a","n":{{n}}}""");
        }
        await stream.SendAsync("0\r\n\r\n");

        (await stream.ReadLineAsync()).Should().Be("\r", "the chunk ends");
        (await stream.ReadLineAsync()).Should().Be("0\r", "and so does the answer");
    }

    [Fact]
    public async Task Lines_may_come_byte_by_byte()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using RawClient client = await RawClient.JoinAsync(server, "a");
        await using TextBackend stream = await OpenAsync(server.Http);
        foreach (char letter in "{\"uid\":\"a\"}\r\n")
        {
            await SendChunkAsync(stream, letter.ToString());
        }

        (await ReplyAsync(stream)).Should().Be(OneReached);
        (await client.NextAsync()).Should().Be("{\"uid\":\"a\"}");
    }

    [Fact]
    public async Task The_1001st_line_is_refused()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        await using RawClient client = await RawClient.JoinAsync(server, "a");
        string lines = string.Concat(
            Enumerable.Range(1, 1_005).Select(n => $$"""{"uid":"a","n":{{n}}}""" + "\n")
        );

        ApiAnswer answer = await http.PostAsync("/api/commands", lines);

        string[] replies = answer.Body.Split('\n');
        replies.Should().HaveCount(1_001);
        replies[..1_000].Should().OnlyContain(reply => reply == OneReached);
        replies[1_000].Should().Be(BadRequest);
        (await client.NextAsync(1_000))[^1].Should().Be("""{"uid":"a","n":1000}""");
        (await http.PostAsync("/api/push/a", "1")).Body.Should().Be(OneReached);
        (await client.NextAsync()).Should().Be("1", "line 1,001 was not executed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_that_is_too_long_ends_the_batch(bool hasEnd)
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            "Text:MaxLineBytes=1000"
        );
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        string longest = "{\"uid\":\"a\",\"x\":\"";
        longest += new string('x', 1_000 - longest.Length - 2) + "\"}";
        string tooLong = longest[..^2] + "x\"}" + (hasEnd ? "\n{\"$cmd\":\"ping\"}\n" : "");

        ApiAnswer answer = await http.PostAsync(
            "/api/commands",
            $"{longest}\r\n{longest}\n{tooLong}"
        );

        answer.Body.Split('\n').Should().Equal(Offline, Offline, BadRequest);
    }

    [Fact]
    public async Task A_line_that_was_cut_off_with_the_connection_is_not_executed()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using RawClient client = await RawClient.JoinAsync(server, "a");
        await using (TextBackend stream = await OpenAsync(server.Http))
        {
            await SendChunkAsync(stream, "{\"uid\":\"a\",\"n\":1}\n{\"uid\":\"a\",\"n\":2}");
            (await ReplyAsync(stream)).Should().Be(OneReached);
            stream.Abort();
        }
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("{\"uid\":\"a\",\"n\":3}")).Should().Be("ok");

        (await client.NextAsync(2))
            .Should()
            .Equal("{\"uid\":\"a\",\"n\":1}", "{\"uid\":\"a\",\"n\":3}");
    }

    [Theory]
    [InlineData("/api/commands", "application/x-ndjson")]
    [InlineData("/api/push/a", "application/json")]
    public async Task Who_is_gone_in_the_midst_of_a_body_is_no_error(string path, string type)
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        byte[] begun = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {type}\r\nContent-Length: 500\r\n\r\n{{\"uid\":\"a\"}}\n"
        );

        for (int i = 0; i < 300; i++)
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp)
            {
                LingerState = new LingerOption(enable: true, seconds: 0),
            };
            await socket.ConnectAsync(server.Http);
            await socket.SendAsync(begun);
            await Task.Delay(i % 4);
        }

        // Of a server that logs errors the end fails.
        (await new HttpClient { BaseAddress = server.HttpUrl }.GetStringAsync("/health/live"))
            .Should()
            .Be("live\n");
    }

    [Fact]
    public async Task A_hundred_megabytes_of_lines_do_not_grow_the_servers_memory()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        byte[] line = Encoding.UTF8.GetBytes(
            $$"""{"uid":"nobody","x":"{{new string('x', 100_000)}}"}""" + "\n"
        );
        async Task SendAsync(int lines)
        {
            await using TextBackend stream = await OpenAsync(server.Http, lines * line.Length);
            for (int n = 0; n < lines; n++)
            {
                await stream.SendAsync(line);
                if (n == 0)
                {
                    await ReplyAsync(stream);
                }
            }
            for (int n = 1; n < lines; n++)
            {
                (await ReplyAsync(stream)).Should().Be(Offline);
            }
        }
        await SendAsync(50);
        long before = PeakBytes(server.Id);

        await SendAsync(1_000);

        (PeakBytes(server.Id) - before).Should().BeLessThan(30 << 20);
    }

    [Fact]
    public async Task A_backend_that_takes_no_replies_is_read_no_further()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using RawClient client = await RawClient.JoinAsync(server, "a");
        // Replies of a quarter of a megabyte: 1,000 of them fit into no socket's buffers.
        string names = string.Join(
            ',',
            Enumerable.Range(0, 1_000).Select(n => $"\"{n:D4}{new string('n', 246)}\"")
        );
        string pair = "{\"uid\":\"a\"}\n" + $$"""{"$cmd":"online","uid":[{{names}}]}""" + "\n";
        await using TextBackend stream = await OpenAsync(server.Http, pair.Length * 500);
        int sent = 0;
        try
        {
            for (; sent < 500; sent++)
            {
                await stream.SendAsync(pair);
            }
        }
        catch (Exception stuck) when (stuck is OperationCanceledException or SocketException)
        {
            // Its own send waits, or the web server has given it up.
        }

        sent.Should().BeLessThan(400);
        (await client.NextAsync()).Should().Be("{\"uid\":\"a\"}");
    }

    [Fact]
    public async Task A_stopping_server_answers_what_has_come_and_ends_the_stream()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using TextBackend stream = await OpenAsync(server.Http);
        await SendChunkAsync(stream, "{\"$cmd\":\"ping\"}\n{\"uid\":\"half a l");
        (await ReplyAsync(stream)).Should().Be("""{"ok":true}""");
        Stopwatch watch = Stopwatch.StartNew();

        Task stopped = server.StopAsync();

        (await stream.ReadLineAsync()).Should().Be("\r", "the chunk ends");
        (await stream.ReadLineAsync()).Should().Be("0\r", "and so does the answer");
        await stopped;
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(6), "the drain's bar");
    }

    private static async Task<TextBackend> OpenAsync(IPEndPoint http, long? length = null)
    {
        TextBackend stream = await TextBackend.ConnectAsync(http, receiveBuffer: 4096);
        string framing = length is null
            ? "Transfer-Encoding: chunked"
            : $"Content-Length: {length}";
        await stream.SendAsync(
            $"POST /api/commands HTTP/1.1\r\nHost: {http}\r\nContent-Type: application/x-ndjson\r\n{framing}\r\n\r\n"
        );
        return stream;
    }

    private static Task SendChunkAsync(TextBackend stream, string text) =>
        stream.SendAsync($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    /// <summary>The next reply, past the head of the response and the framing of its chunks.</summary>
    private static async Task<string> ReplyAsync(TextBackend stream)
    {
        string line;
        while (!(line = await stream.ReadLineAsync()).StartsWith('{')) { }
        return line;
    }

    private static long PeakBytes(int process) =>
        1024
        * long.Parse(
            File.ReadLines($"/proc/{process}/status")
                .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]
        );
}
