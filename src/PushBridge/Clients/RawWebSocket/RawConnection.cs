using System.Buffers;
using System.IO.Pipelines;
using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>
/// One raw WebSocket client: its first data frame says who it is, everything else it sends is checked and ignored
/// (PROTOCOL.md section 2). <see cref="RunAsync"/> is its life, from the answered handshake to the end of the socket.
/// </summary>
internal sealed partial class RawConnection : ClientConnection
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly PipeReader input;
    private readonly IFrameWriter writer;
    private long heardAt;
    private long pingedAt;
    private Hello? hello;

    public RawConnection(
        string id,
        PipeReader input,
        IFrameWriter writer,
        Hello hello,
        ClientServices services
    )
        : base(id, ConnectionKind.Raw, services)
    {
        this.hello = hello;
        Listener = hello.Listener;
        this.input = input;
        this.writer = writer;
        Queue = new OutboundQueue(writer, services.MaxQueueBytes);
        heardAt = pingedAt = services.Clock.Now;
    }

    protected override OutboundQueue Queue { get; }

    /// <summary>
    /// Answers the handshake, the way the frames will go: an answer that went by another could be overtaken by them.
    /// </summary>
    public void Answer(string key) => Send(Message.Raw(Handshake.Answer(key), Services.Clock.Now));

    /// <summary>
    /// Serves the connection until it has ended; the transport may be disposed when the task completes. Throws nothing a peer
    /// can cause.
    /// </summary>
    public async Task RunAsync()
    {
        Services.Registry.Add(this);
        if (Services.Gate.IsDraining)
        {
            Close(CloseReason.GoingAway); // It came in between the gate and the drain's look at who is here.
        }
        try
        {
            if (hello is { } arrived && arrived.TakeToken() is { } token)
            {
                arrived.Deciding = IdentifyAsync(arrived, arrived.DecideAsync(token));
            }
            bool hungUp = false;
            while (!hungUp && !Queue.IsClosed)
            {
                ReadResult result = await input.ReadAsync();
                SequencePosition consumed = Read(result.Buffer);
                input.AdvanceTo(consumed, result.Buffer.End);
                hungUp = result.IsCompleted;
            }
            if (!hungUp)
            {
                await LingerAsync();
            }
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone; a reset looks like this.
        }
        catch (Exception exception)
        {
            Services.Log.Failed(exception, Id);
        }
        finally
        {
            Services.Registry.Remove(this);
            Queue.Kill();
            message?.Dispose();
        }
        if (hello is { Deciding: { } deciding })
        {
            await deciding;
        }
    }

    /// <summary>
    /// To be awaited between <see cref="RunAsync"/> and the end of the transport: a write that the peer does not take must
    /// not outlive what it writes to.
    /// </summary>
    public Task ReleaseAsync(Action abortTransport)
    {
        Task drained = WhenDrained();
        if (!drained.IsCompleted)
        {
            abortTransport();
        }
        return drained;
    }

    public override void OnHeartbeat(long now, Message ping)
    {
        base.OnHeartbeat(now, ping);
        long unfinished = Volatile.Read(ref unfinishedSince);
        if (unfinished != NothingUnfinished && now - unfinished > Services.MessageTimeoutMs)
        {
            Close(CloseReason.Flood, "message took too long");
        }
        ForgiveInbound();
        if (now - Volatile.Read(ref heardAt) > Services.SilenceTimeoutMs)
        {
            Close(CloseReason.GoingAway, "nothing heard");
        }
        else if (now - pingedAt >= Services.PingIntervalMs)
        {
            pingedAt = now;
            Send(ping);
        }
    }

    protected override bool BeginClose(CloseReason reason, string text)
    {
        // Nobody will read what waits for a slow consumer; the close frame still goes behind the frame that is half out.
        if (
            !Queue.Close(
                Message.Close(reason.Code, text, Services.Clock.Now),
                discard: reason == CloseReason.SlowConsumer
            )
        )
        {
            return false;
        }
        input.CancelPendingRead();
        return true;
    }

    private void Send(Message message)
    {
        if (Queue.Put(message) == PutResult.AcceptedFlush)
        {
            Queue.Flush();
        }
    }

    /// <summary>
    /// Lets the close frame arrive: waits until it is written, ends our direction, and reads on until the peer has answered or
    /// hung up, for a second in all. Closing over unread input would send a reset, which overtakes the frame.
    /// </summary>
    private async Task LingerAsync()
    {
        using CancellationTokenSource timeout = new(Linger, Services.Time);
        await Queue.WhenDrained().WaitAsync(timeout.Token);
        bool halfClosed = writer.CompleteSending();
        while (halfClosed || !peerClosed)
        {
            ReadResult result = await input.ReadAsync(timeout.Token);
            ReadOnlySequence<byte> buffer = result.Buffer;
            CloseReason? violation = null;
            while (
                !peerClosed
                && FrameParser.TryRead(
                    ref buffer,
                    Services.Options.MaxMessageBytes,
                    out ClientFrame frame,
                    out violation
                )
            )
            {
                peerClosed = frame.Opcode == Opcode.Close;
            }
            // Once the framing is lost, or a close frame has come, the rest means nothing.
            input.AdvanceTo(
                violation is null && !peerClosed ? buffer.Start : buffer.End,
                buffer.End
            );
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
