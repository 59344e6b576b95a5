using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using PushBridge.Connections;
using PushBridge.Server.CommandLine;

namespace PushBridge.Server.Remote;

/// <summary>What a tail is told; both are called from one task.</summary>
internal interface ITailEvents
{
    /// <summary>A message came. False ends the tail.</summary>
    bool Received(ReadOnlySpan<byte> payload);

    /// <summary>Something happened to the connection.</summary>
    void Noted(string text);
}

/// <summary>One raw WebSocket client that comes back whenever its connection is lost, unless the server says that it must not.</summary>
/// <param name="address">The clients' port.</param>
/// <param name="trust">Whose certificate is good there.</param>
/// <param name="hello">What the client says who it is by; asked for anew for each connection.</param>
/// <param name="events">Who is told.</param>
/// <param name="time">For the waits.</param>
internal sealed class Tail(
    Uri address,
    ServerTrust trust,
    Func<string> hello,
    ITailEvents events,
    TimeProvider time
)
{
    private const int ReadBytes = 16 * 1024;

    private static readonly byte[] Heartbeat = "heartbeat"u8.ToArray();
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly ArrayBufferWriter<byte> message = new(ReadBytes);
    private bool wasConnected;
    private int failures;

    /// <summary>Returns when enough was received.</summary>
    /// <exception cref="CommandFailedException">There is no server, or it does not want this client.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using HttpMessageInvoker invoker = new(trust.NewHandler());
        while (true)
        {
            using ClientWebSocket socket = new();
            socket.Options.KeepAliveInterval = Silence;
            socket.Options.KeepAliveTimeout = Silence;
            socket.Options.CollectHttpResponseDetails = true;
            try
            {
                await socket.ConnectAsync(Target(), invoker, cancellation);
                if (await ReceiveAsync(socket, cancellation))
                {
                    return;
                }
                events.Noted(Ending(socket));
            }
            catch (WebSocketException exception)
            {
                events.Noted(Explain(socket, exception));
            }
            await Task.Delay(Wait(), time, cancellation);
        }
    }

    private Uri Target() =>
        new UriBuilder(address) { Scheme = address.Scheme == "https" ? "wss" : "ws" }.Uri;

    /// <summary>True when enough was received, false when the connection has ended.</summary>
    private async Task<bool> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        // What the connection before began, this one does not go on with.
        message.ResetWrittenCount();
        await SendAsync(socket, Encoding.UTF8.GetBytes(hello()), cancellation);
        // The uid is not answered; this is, when the client has come in.
        await SendAsync(socket, Heartbeat, cancellation);
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(
                message.GetMemory(ReadBytes),
                cancellation
            );
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }
            message.Advance(part.Count);
            if (!part.EndOfMessage)
            {
                continue;
            }
            bool isEnough =
                message.WrittenCount == 0 ? Connected() : !events.Received(message.WrittenSpan);
            message.ResetWrittenCount();
            if (isEnough)
            {
                return true;
            }
        }
    }

    private static ValueTask SendAsync(
        ClientWebSocket socket,
        byte[] text,
        CancellationToken cancellation
    ) =>
        socket.SendAsync(
            text.AsMemory(),
            WebSocketMessageType.Text,
            endOfMessage: true,
            cancellation
        );

    private bool Connected()
    {
        wasConnected = true;
        failures = 0;
        events.Noted("connected");
        return false;
    }

    /// <summary>Why the server has closed.</summary>
    /// <exception cref="CommandFailedException">For good.</exception>
    private static string Ending(ClientWebSocket socket)
    {
        int code = (int)(socket.CloseStatus ?? WebSocketCloseStatus.Empty);
        string text = $"closed by the server: {code} {socket.CloseStatusDescription}".TrimEnd();
        bool mayReturn = CloseReason.All.All(reason => reason.Code != code || reason.MayReconnect);
        string hint =
            code == CloseReason.BadToken.Code
                ? "; name the server's configuration with --config, or give a token with --token"
                : "";
        return mayReturn ? text : throw new CommandFailedException(ExitCode.Failure, text + hint);
    }

    /// <exception cref="CommandFailedException">Trying again would not help.</exception>
    private string Explain(ClientWebSocket socket, WebSocketException exception)
    {
        string name = address.GetLeftPart(UriPartial.Authority);
        if (exception.InnerException is HttpRequestException request)
        {
            string why = request.InnerException?.Message ?? request.Message;
            return wasConnected
                ? why
                : throw new CommandFailedException(
                    request.HttpRequestError == HttpRequestError.ConnectionError
                        ? ExitCode.NotRunning
                        : ExitCode.Failure,
                    $"{name}: {why}"
                );
        }
        int status = (int)socket.HttpStatusCode;
        return status switch
        {
            // It broke off.
            0 or 101 => exception.Message,
            // Too many and too busy pass; whatever else a server answers, it will answer again.
            429 or 503 => $"refused with {status} for now",
            _ => throw new CommandFailedException(
                ExitCode.Failure,
                $"{name}: refused with {status} {socket.HttpStatusCode}"
            ),
        };
    }

    private TimeSpan Wait()
    {
        double seconds = 0.25 * Math.Pow(2, Math.Min(failures++, 10));
        return TimeSpan.FromSeconds(Math.Min(seconds, MaxWait.TotalSeconds));
    }
}
