using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using PushBridge.Backends.Http;
using PushBridge.Connections;
using PushBridge.Operators;
using PushBridge.Security;

namespace PushBridge.Server.Pages;

/// <summary>
/// The server's numbers once a second to each dashboard that is open, spoken as raw clients speak (PROTOCOL.md section 2), so that our own
/// browser client reads it: the first frame is the secret. A handful of operators on the web server's own WebSockets: they are no
/// clients, are not counted among them, and no push reaches them.
/// </summary>
internal sealed class DashboardFeed(
    ApiDoor door,
    ApiSecret secret,
    StatsReader reader,
    IHostApplicationLifetime lifetime,
    TimeProvider time
)
{
    private const int MaxWatchers = 64;
    private const int MaxSecretBytes = 1_024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private static readonly WebSocketAcceptContext Accepted = new()
    {
        KeepAliveInterval = TimeSpan.FromSeconds(20),
        KeepAliveTimeout = TimeSpan.FromSeconds(20),
    };

    private int watchers;

    public async Task ServeAsync(HttpContext context)
    {
        if (Refuse(context) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        try
        {
            if (Interlocked.Increment(ref watchers) > MaxWatchers || IsEnding)
            {
                await ApiProblem.Of(StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
                return;
            }
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(Accepted);
            await WatchAsync(socket, context);
        }
        finally
        {
            Interlocked.Decrement(ref watchers);
        }
    }

    private bool IsEnding => lifetime.ApplicationStopping.IsCancellationRequested;

    private IResult? Refuse(HttpContext context) =>
        door.RefuseForeign(context)
        ?? (
            context.WebSockets.IsWebSocketRequest
                ? null
                : ApiProblem.Of(StatusCodes.Status426UpgradeRequired)
        );

    /// <summary>From the answered handshake to the end; throws nothing that a browser can cause.</summary>
    private async Task WatchAsync(WebSocket socket, HttpContext context)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            lifetime.ApplicationStopping
        );
        try
        {
            CloseReason? refused = await HelloAsync(socket, context, end.Token);
            Inbox inbox = new(socket);
            Task reading = inbox.ReadAsync(end);
            if (refused is null)
            {
                await SendAsync(socket, inbox, end.Token);
            }
            await CloseAsync(
                socket,
                refused ?? (IsEnding ? CloseReason.GoingAway : CloseReason.Normal),
                reading
            );
        }
        catch (Exception exception)
            when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // It is gone, or does not read.
        }
    }

    /// <summary>Null when the first frame lets it in.</summary>
    private async Task<CloseReason?> HelloAsync(
        WebSocket socket,
        HttpContext context,
        CancellationToken end
    )
    {
        using CancellationTokenSource timeout = new(HelloTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            end,
            timeout.Token
        );
        byte[] frame = new byte[MaxSecretBytes];
        int length = 0;
        ValueWebSocketReceiveResult read;
        do
        {
            read = await socket.ReceiveAsync(frame.AsMemory(length), either.Token);
            length += read.Count;
        } while (!read.EndOfMessage && length < frame.Length);
        return read.MessageType == WebSocketMessageType.Close ? CloseReason.Normal
            : read.EndOfMessage ? Check(context, Encoding.UTF8.GetString(frame, 0, length))
            : CloseReason.TooBig;
    }

    private async Task SendAsync(WebSocket socket, Inbox inbox, CancellationToken end)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            do
            {
                if (inbox.TakeQuestion())
                {
                    await SendAsync(socket, ReadOnlyMemory<byte>.Empty, end);
                }
                byte[] json = JsonSerializer.SerializeToUtf8Bytes(
                    reader.Read(),
                    OperatorsJson.Default.ServerStats
                );
                await SendAsync(socket, json, end);
            } while (await timer.WaitForNextTickAsync(end));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The browser hung up, or the server ends.
        }
    }

    private async Task SendAsync(WebSocket socket, ReadOnlyMemory<byte> text, CancellationToken end)
    {
        // Not cancelled by the end itself: half a frame would cost the close frame behind it.
        end.ThrowIfCancellationRequested();
        using CancellationTokenSource timeout = new(SendTimeout, time);
        await socket.SendAsync(
            text,
            WebSocketMessageType.Text,
            WebSocketMessageFlags.EndOfMessage,
            timeout.Token
        );
    }

    /// <summary>Says why, and gives the browser a second to hear it and to hang up.</summary>
    private async Task CloseAsync(WebSocket socket, CloseReason reason, Task reading)
    {
        using CancellationTokenSource timeout = new(Linger, time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(
                    (WebSocketCloseStatus)reason.Code,
                    reason.Text,
                    timeout.Token
                );
            }
            await reading.WaitAsync(timeout.Token);
        }
        finally
        {
            socket.Abort();
            await reading;
        }
    }

    private CloseReason? Check(HttpContext context, string presented) =>
        secret.Check(context, presented) switch
        {
            SecretCheck.Right => null,
            SecretCheck.TooMany => CloseReason.RateLimit,
            _ => CloseReason.BadToken,
        };

    /// <summary>What the browser says after its secret: that it is still there, or that it leaves.</summary>
    private sealed class Inbox(WebSocket socket)
    {
        private int asked;

        /// <summary>Whether the client has asked for a sign of life since the last time.</summary>
        public bool TakeQuestion() => Interlocked.Exchange(ref asked, 0) == 1;

        /// <summary>Reads until the browser hangs up, and cancels <paramref name="end"/> then. Never cancelled itself: that would cost the close frame.</summary>
        public async Task ReadAsync(CancellationTokenSource end)
        {
            byte[] buffer = new byte[128];
            try
            {
                ValueWebSocketReceiveResult read;
                while (
                    (
                        read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)
                    ).MessageType != WebSocketMessageType.Close
                )
                {
                    if (buffer.AsSpan(0, read.Count).SequenceEqual("heartbeat"u8))
                    {
                        Interlocked.Exchange(ref asked, 1);
                    }
                }
            }
            catch (Exception exception)
                when (exception is WebSocketException or OperationCanceledException or IOException)
            {
                // It dropped the connection.
            }
            await end.CancelAsync();
        }
    }
}
