using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>
/// Connection middleware of the clients' port. Looks at the first request head of a connection: a WebSocket handshake for the
/// raw path is served right here, without HTTP objects (4.7 kB an idle connection instead of 10-12, a third less CPU to
/// connect); everything else goes on to Kestrel's HTTP untouched.
/// </summary>
internal sealed class RawWebSocketMiddleware(
    Handshake handshake,
    ClientDoor door,
    ClientServices services
)
{
    private const int MaxHeadBytes = 24 * 1024;

    public ConnectionDelegate Wrap(ConnectionDelegate next) =>
        connection => RunAsync(connection, next);

    // Every async method below this one, and every local that lives across its awaits, costs each idle connection memory.
    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await PeekAsync(connection) is not { } head)
        {
            await next(connection);
        }
        else if (Admits(connection, head.Upgrade, out Arrival arrival, out Refusal? refusal))
        {
            IPAddress? address = arrival.Address;
            try
            {
                RawConnection client = Open(connection, arrival);
                client.Answer(head.Upgrade.Key.ToString());
                await client.RunAsync();
                await client.ReleaseAsync(connection.Abort);
            }
            finally
            {
                services.Gate.Leave(address);
            }
        }
        else
        {
            services.Metrics.Refused(refusal.Status);
            await RefuseAsync(connection.Transport, refusal);
        }
    }

    /// <summary>Whether the client may come in; it then has a place at the gate.</summary>
    private bool Admits(
        ConnectionContext connection,
        in UpgradeRequest request,
        out Arrival arrival,
        [NotNullWhen(false)] out Refusal? refusal
    )
    {
        arrival = door.Read(
            request.Arrival,
            (connection.RemoteEndPoint as IPEndPoint)?.Address,
            IsTls(connection),
            connection.Features.Get<ListenerFeature>()
        );
        refusal = handshake.Decide(request, arrival);
        return refusal is null;
    }

    /// <summary>
    /// Reads until the head shows what it is. A handshake for us is consumed; of anything else nothing is, and null comes back.
    /// </summary>
    private async ValueTask<RequestHead?> PeekAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        using CancellationTokenSource timeout = new(services.Options.HelloTimeout, services.Time);
        using CancellationTokenRegistration ending = OnEnding(connection, timeout);
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
                // A head that does not come, or not before the server ends: the socket goes, as Kestrel would do after its own time-out.
                connection.Abort(new ConnectionAbortedException("No request head in time."));
                return null;
            }
            catch (ConnectionResetException)
            {
                return null; // HTTP meets the same reset, and takes it for what it is.
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
                    is { Path: "/", HeaderCount: <= 64, HasBody: false } head
                && head.Upgrade.IsWebSocket
            )
            {
                input.AdvanceTo(end);
                return head;
            }
            // Hand over unread: with "examined" at the end, HTTP would wait for more than there is.
            input.AdvanceTo(buffer.Start);
            return null;
        }
    }

    /// <summary>Browsers open connections in advance and say nothing on them: a server that ends does not wait for those.</summary>
    private static CancellationTokenRegistration OnEnding(
        ConnectionContext connection,
        CancellationTokenSource reading
    ) =>
        connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime
            ? lifetime.ConnectionClosedRequested.UnsafeRegister(
                static source => ((CancellationTokenSource)source!).Cancel(),
                reading
            )
            : default;

    /// <summary>Plain TCP is written directly; from here on nothing goes through the pipe's writer.</summary>
    private RawConnection Open(ConnectionContext connection, Arrival arrival)
    {
        Socket? socket = IsTls(connection)
            ? null
            : connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        IFrameWriter writer = socket is null
            ? new PipeFrameWriter(connection.Transport.Output)
            : new SocketWriter(socket);
        return new RawConnection(
            connection.ConnectionId,
            connection.Transport.Input,
            writer,
            door.Greet(arrival),
            services
        );
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
