using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using PushBridge.Connections;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>
/// Connection middleware of the clients' port. Looks at the first request head of a connection: a WebSocket handshake for the
/// raw path is served right here, without HTTP objects (4.7 kB an idle connection instead of 10-12, a third less CPU to
/// connect); everything else goes on to Kestrel's HTTP untouched.
/// </summary>
internal sealed class RawWebSocketMiddleware(Handshake handshake, ClientServices services)
{
    private const int MaxHeadBytes = 32 * 1024;

    public ConnectionDelegate Wrap(ConnectionDelegate next) =>
        connection => RunAsync(connection, next);

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await PeekAsync(connection) is not { } request)
        {
            await next(connection);
            return;
        }
        if (handshake.Decide(request, IsTls(connection)) is { } refusal)
        {
            services.Metrics.Refused(refusal.Status);
            await RefuseAsync(connection.Transport, refusal);
            return;
        }
        try
        {
            // One method, because each async method below it costs an idle connection 150 bytes.
            IFrameWriter writer = await AnswerAsync(connection, request.Key.ToString());
            RawConnection client = new(
                connection.ConnectionId,
                connection.Transport.Input,
                writer,
                services
            );
            await client.RunAsync();
            await client.ReleaseAsync(connection.Abort);
        }
        finally
        {
            services.Gate.Leave();
        }
    }

    /// <summary>
    /// Reads until the head shows what it is. A handshake for us is consumed; of anything else nothing is, and null comes back.
    /// </summary>
    private async ValueTask<UpgradeRequest?> PeekAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        using CancellationTokenSource timeout = new(services.Options.HelloTimeout, services.Time);
        int scanned = 0;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                // A head that does not come: the socket goes, as Kestrel would do after its own time-out.
                connection.Abort(new ConnectionAbortedException("No request head in time."));
                return null;
            }
            ReadOnlySequence<byte> buffer = result.Buffer;
            bool mayBeOurs =
                MayBeForRawPath(buffer) && buffer.Length <= MaxHeadBytes && !result.IsCompleted;
            SequencePosition end = default;
            if (mayBeOurs && !HeadEnd.TryFind(buffer, ref scanned, out end))
            {
                input.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }
            if (
                mayBeOurs
                && RequestHead.Parse(buffer.Slice(0, end))
                    is { Path: "/", HeaderCount: <= 100, HasBody: false } head
                && head.Upgrade.IsWebSocket
            )
            {
                input.AdvanceTo(end);
                return head.Upgrade;
            }
            // Hand over unread: with "examined" at the end, HTTP would wait for more than there is.
            input.AdvanceTo(buffer.Start);
            return null;
        }
    }

    /// <summary>
    /// Answers the handshake in the way that the frames will go. A flushed pipe is not yet a sent one: had the answer gone
    /// through the pipe, frames written to the socket could overtake it.
    /// </summary>
    private static async ValueTask<IFrameWriter> AnswerAsync(
        ConnectionContext connection,
        string key
    )
    {
        string answer =
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Handshake.Accept(key)}\r\n\r\n";
        Socket? socket = IsTls(connection)
            ? null
            : connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null)
        {
            await WriteAsync(connection.Transport.Output, answer);
            return new PipeFrameWriter(connection.Transport.Output);
        }
        // A blocking Send on a socket that is also read asynchronously would wait inside the runtime.
        socket.Blocking = false;
        await socket.SendAsync(Encoding.ASCII.GetBytes(answer));
        return new SocketWriter(socket);
    }

    private static async Task RefuseAsync(IDuplexPipe transport, Refusal refusal)
    {
        string header = refusal.Header is null ? "" : refusal.Header + "\r\n";
        await WriteAsync(
            transport.Output,
            $"HTTP/1.1 {refusal.Status} {refusal.Text}\r\n{header}Connection: close\r\nContent-Length: 0\r\n\r\n"
        );
    }

    private static async Task WriteAsync(PipeWriter output, string head)
    {
        Encoding.ASCII.GetBytes(head, output);
        await output.FlushAsync();
    }

    private static bool IsTls(ConnectionContext connection) =>
        connection.Features.Get<ITlsHandshakeFeature>() is not null;

    /// <summary>True while the bytes so far begin, or may yet begin, a GET for the raw path.</summary>
    private static bool MayBeForRawPath(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[6];
        int length = (int)Math.Min(start.Length, buffer.Length);
        buffer.Slice(0, length).CopyTo(start);
        ReadOnlySpan<byte> get = "GET /"u8;
        int compared = Math.Min(length, get.Length);
        return start[..compared].SequenceEqual(get[..compared])
            && (length < start.Length || start[5] is (byte)' ' or (byte)'?');
    }
}
