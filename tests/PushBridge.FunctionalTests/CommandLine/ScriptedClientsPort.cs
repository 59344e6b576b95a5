using System.Net;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>A clients' port that says to each connection what a test wants it to, however wrong, and cuts it then.</summary>
internal sealed class ScriptedClientsPort : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public ScriptedClientsPort() => listener.Start();

    public string Address => $"ws://{listener.LocalEndpoint}";

    /// <summary>Takes the next connection, and hangs up behind the last of these frames.</summary>
    public Task AnswerAsync(params WebSocketPeerFrame[] frames) =>
        AnswerAsync(head =>
            [
                .. Encoding.ASCII.GetBytes(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + $"Sec-WebSocket-Accept: {WebSocketPeerRequest.AcceptFor(KeyIn(head))}\r\n\r\n"
                ),
                .. frames.SelectMany(frame => frame.Unmasked.ToBytes()),
            ]
        );

    /// <summary>Takes the next connection, and answers the handshake with a status.</summary>
    public Task RefuseAsync(string status) =>
        AnswerAsync(_ =>
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")
        );

    public void Dispose() => listener.Dispose();

    private async Task AnswerAsync(Func<string, byte[]> answer)
    {
        using CancellationTokenSource deadline = new(Deadline);
        using TcpClient connection = await listener.AcceptTcpClientAsync(deadline.Token);
        NetworkStream stream = connection.GetStream();
        string head = await ReadHeadAsync(stream, deadline.Token);
        await stream.WriteAsync(answer(head), deadline.Token);
        connection.Client.Shutdown(SocketShutdown.Send);
        // Closed with something unread, it would be reset, and what was sent might be lost.
        byte[] rest = new byte[1024];
        while (await stream.ReadAsync(rest, deadline.Token) > 0)
        {
            // The client's words do not matter.
        }
    }

    private static async Task<string> ReadHeadAsync(
        NetworkStream stream,
        CancellationToken cancellation
    )
    {
        byte[] buffer = new byte[8192];
        int length = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, length).Contains("\r\n\r\n"))
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), cancellation);
            read.Should().BePositive("a request has an end");
            length += read;
        }
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static string KeyIn(string head) =>
        head.Split("\r\n")
            .Single(line =>
                line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)
            )
            .Split(':', 2)[1]
            .Trim();
}
