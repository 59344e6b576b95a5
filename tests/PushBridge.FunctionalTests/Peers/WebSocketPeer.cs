using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>How bytes are cut into writes.</summary>
public enum Chunking
{
    Whole,
    ByteByByte,
    OddPieces,
}

/// <summary>How the server ended the TCP connection.</summary>
internal enum PeerEnd
{
    Fin,

    /// <summary>A reset, or a TLS stream cut in the middle of a record.</summary>
    Reset,
}

/// <summary>
/// A WebSocket client that works on the bytes of a socket, plain or TLS: it sends whatever a test asks for and reports
/// what the server sent exactly as it came. Every read has a deadline of 10 s.
/// </summary>
internal sealed class WebSocketPeer : IAsyncDisposable
{
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly int[] OddSizes = [3, 1, 7, 2, 5, 1, 11];

    private readonly Socket socket;
    private readonly Stream stream;
    private readonly WebSocketPeerReader reader;

    private WebSocketPeer(Socket socket, Stream stream)
    {
        this.socket = socket;
        this.stream = stream;
        reader = new(stream);
    }

    /// <summary>Connects the socket only; nothing is sent but the TLS handshake.</summary>
    internal static async Task<WebSocketPeer> ConnectAsync(
        IPEndPoint server,
        bool tls = false,
        int? receiveBuffer = null
    )
    {
        var tcp = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        if (receiveBuffer is { } size)
        {
            tcp.ReceiveBufferSize = size;
        }

        using var timeout = new CancellationTokenSource(Deadline);
        await tcp.ConnectAsync(server, timeout.Token);
        Stream bytes = new NetworkStream(tcp, ownsSocket: true);
        if (tls)
        {
#pragma warning disable CA5359, MA0039 // The certificate is made by the test itself.
            var ssl = new SslStream(bytes, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359, MA0039
            await ssl.AuthenticateAsClientAsync(new() { TargetHost = "localhost" }, timeout.Token);
            bytes = ssl;
        }

        return new(tcp, bytes);
    }

    /// <summary>A client that is registered under <paramref name="uid"/> when the task completes.</summary>
    internal static Task<WebSocketPeer> ConnectAsync(
        PushBridgeServer server,
        string uid,
        bool tls = false
    ) => ConnectAsync(server.Clients, uid, tls);

    internal static async Task<WebSocketPeer> ConnectAsync(
        IPEndPoint server,
        string uid,
        bool tls = false
    )
    {
        var peer = await ConnectAsync(server, tls);
        await peer.OpenAsync(server);
        await peer.RegisterAsync(uid);
        return peer;
    }

    /// <summary>Sends a good handshake and insists on 101.</summary>
    internal async Task OpenAsync(IPEndPoint server)
    {
        var response = await HandshakeAsync(new WebSocketPeerRequest(server).ToString());
        response.Status.Should().Be(101, "{0} {1}", response.StatusLine, response.BodyText);
        response["Sec-WebSocket-Accept"].Should().Be(WebSocketPeerRequest.SampleAccept);
    }

    /// <summary>Says the uid and waits for the answer to a ping behind it, so that the server has handled both.</summary>
    internal async Task RegisterAsync(string uid)
    {
        await SendAsync(WebSocketPeerFrame.TextFrame(uid), WebSocketPeerFrame.Ping("registered"));
        await ExpectAsync(WebSocketPeerFrame.Pong("registered"));
    }

    internal async Task<WebSocketPeerResponse> HandshakeAsync(
        string request,
        Chunking chunking = Chunking.Whole
    )
    {
        try
        {
            await SendAsync(Encoding.Latin1.GetBytes(request), chunking);
        }
        catch (IOException)
        {
            // A server may refuse a head before it has all of it: what it said is still to be read.
        }

        return await reader.ReadResponseAsync(
            hasBody: !request.StartsWith("HEAD ", StringComparison.Ordinal)
        );
    }

    internal Task SendAsync(params WebSocketPeerFrame[] frames) =>
        SendAsync([.. frames.SelectMany(f => f.ToBytes())]);

    internal async Task SendAsync(byte[] bytes, Chunking chunking = Chunking.Whole)
    {
        using var timeout = new CancellationTokenSource(Deadline);
        foreach (var chunk in Cut(bytes, chunking))
        {
            await stream.WriteAsync(chunk, timeout.Token);
        }
    }

    /// <summary>Ends this side of the connection; the server's bytes can still be read.</summary>
    internal void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Drops the connection as a crashed program does: the server sees a reset.</summary>
    internal void Reset()
    {
        socket.LingerState = new(enable: true, seconds: 0);
        socket.Close();
    }

    internal Task<WebSocketPeerResponse> ReadResponseAsync() => reader.ReadResponseAsync();

    internal Task<WebSocketPeerFrame> ReadFrameAsync() => reader.ReadFrameAsync();

    /// <summary>Exactly so many bytes, or as many as came before the end.</summary>
    internal Task<byte[]> ReadBytesAsync(int count) => reader.ReadBytesAsync(count);

    internal Task<PeerEnd> ReadEndAsync() => reader.ReadEndAsync();

    /// <summary>Insists that the next frame says the same as <paramref name="expected"/>.</summary>
    internal async Task ExpectAsync(WebSocketPeerFrame expected) =>
        (await ReadFrameAsync()).ToString().Should().Be(expected.ToString());

    /// <summary>The next frame, or null where the connection ended instead.</summary>
    internal Task<WebSocketPeerFrame?> TryReadFrameAsync() => reader.TryReadFrameAsync();

    /// <summary>Everything up to the end as bytes, for a connection that may be cut in the middle of a frame.</summary>
    internal Task<PeerEnd> ReadToEndAsync(Stream destination) => reader.ReadToEndAsync(destination);

    /// <summary>The payload of the next frame, which must be one unfragmented text frame.</summary>
    internal async Task<byte[]> ReadMessageAsync()
    {
        var frame = await ReadFrameAsync();
        frame.Opcode.Should().Be(WebSocketPeerFrame.TextOpcode);
        frame.Fin.Should().BeTrue();
        return frame.Payload;
    }

    internal async Task<string> ReadTextAsync() =>
        Encoding.UTF8.GetString(await ReadMessageAsync());

    /// <summary>The code of the close frame that comes next (null: an empty one), once the FIN behind it was seen.</summary>
    internal async Task<int?> ReadCloseAsync(bool answer = false)
    {
        var frame = await ReadFrameAsync();
        frame
            .Opcode.Should()
            .Be(WebSocketPeerFrame.CloseOpcode, "a close frame is due, not {0}", frame);
        if (answer)
        {
            await SendAsync(new WebSocketPeerFrame(frame.Opcode, frame.Payload));
        }

        (await ReadEndAsync()).Should().Be(PeerEnd.Fin, "{0} was the last word", frame);
        return frame.CloseCode;
    }

    /// <summary>The closing handshake from this side.</summary>
    internal async Task CloseAsync(int code = 1000)
    {
        await SendAsync(WebSocketPeerFrame.Close(code));
        (await ReadCloseAsync()).Should().Be(code);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static IEnumerable<ReadOnlyMemory<byte>> Cut(byte[] bytes, Chunking chunking)
    {
        var scale = bytes.Length > 4096 ? 101 : 1;
        for (int at = 0, i = 0; at < bytes.Length; i++)
        {
            var size = chunking switch
            {
                Chunking.Whole => bytes.Length,
                Chunking.ByteByByte => 1,
                _ => OddSizes[i % OddSizes.Length] * scale,
            };
            size = Math.Min(size, bytes.Length - at);
            yield return bytes.AsMemory(at, size);
            at += size;
        }
    }
}
