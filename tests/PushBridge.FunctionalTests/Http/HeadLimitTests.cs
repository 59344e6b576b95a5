using System.Net;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Http;

/// <summary>What a request's head may be, on both HTTP ports.</summary>
public sealed class HeadLimitTests
{
    public static TheoryData<bool, string, int> Heads =>
        new()
        {
            { true, Headers(64 - 2), 404 },
            { true, Headers(65 - 2), 431 },
            { false, Headers(64 - 2), 404 },
            { false, Headers(65 - 2), 431 },
            { true, $"X: {new string('x', 15_000)}\r\n", 404 },
            { true, $"X: {new string('x', 17_000)}\r\n", 431 },
            { false, $"X: {new string('x', 17_000)}\r\n", 431 },
        };

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task Headers_have_their_limits(bool isHttpPort, string headers, int status)
    {
        await using var server = await PushBridgeServer.StartAsync();
        IPEndPoint port = isHttpPort ? server.Http : server.Clients;

        string answer = await AskAsync(
            port,
            $"GET /nothing HTTP/1.1\r\nHost: {port}\r\nConnection: close\r\n{headers}\r\n"
        );

        answer.Should().StartWith($"HTTP/1.1 {status} ");
    }

    [Theory]
    [InlineData(64, 101)]
    [InlineData(65, 431)]
    public async Task A_WebSocket_handshake_has_the_same(int headers, int status)
    {
        await using var server = await PushBridgeServer.StartAsync();
        string handshake =
            $"GET / HTTP/1.1\r\nHost: {server.Clients}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

        string answer = await AskAsync(
            server.Clients,
            $"{handshake}{Headers(headers - 5)}\r\n\u0088\u0080\0\0\0\0"
        );

        answer.Should().StartWith($"HTTP/1.1 {status} ");
    }

    [Theory]
    [InlineData(8_000, 404)]
    [InlineData(8_300, 414)]
    public async Task The_request_line_has_its_limit(int length, int status)
    {
        await using var server = await PushBridgeServer.StartAsync();

        string answer = await AskAsync(
            server.Http,
            $"GET /{new string('x', length)} HTTP/1.1\r\nHost: {server.Http}\r\nConnection: close\r\n\r\n"
        );

        answer.Should().StartWith($"HTTP/1.1 {status} ");
    }

    private static string Headers(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(n => $"X-{n}: y\r\n"));

    private static async Task<string> AskAsync(IPEndPoint port, string request)
    {
        using TcpClient tcp = new();
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
        await tcp.ConnectAsync(port, deadline.Token);
        NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
        byte[] answer = new byte[64];
        int count = await stream.ReadAtLeastAsync(
            answer,
            20,
            throwOnEndOfStream: false,
            deadline.Token
        );
        return Encoding.Latin1.GetString(answer, 0, count);
    }
}
