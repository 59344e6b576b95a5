using System.Buffers;
using System.IO.Pipelines;
using PushBridge.Connections;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>
/// One raw WebSocket client: its first data frame says who it is, everything else it sends is checked and ignored
/// (PROTOCOL.md section 2). <see cref="RunAsync"/> is its life, from the answered handshake to the end of the socket.
/// </summary>
internal sealed class RawConnection : ClientConnection
{
    private const int BurstSeconds = 4;
    private const long NothingUnfinished = -1;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly PipeReader input;
    private readonly IFrameWriter writer;
    private MessageAssembler? message;
    private long heardAt;
    private long pingedAt;
    private long unfinishedSince = NothingUnfinished;
    private int inboundBytes;
    private bool peerClosed;

    public RawConnection(string id, PipeReader input, IFrameWriter writer, ClientServices services)
        : base(id, ConnectionKind.Raw, services)
    {
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

    /// <summary>Handles the whole frames in what was read, and says how far they reach.</summary>
    private SequencePosition Read(ReadOnlySequence<byte> buffer)
    {
        long length = buffer.Length;
        Volatile.Write(ref heardAt, Services.Clock.Now);
        ReadFrames(ref buffer);
        CountInbound((int)(length - buffer.Length));
        MarkUnfinished(!buffer.IsEmpty || message is not null);
        return buffer.Start;
    }

    private void ReadFrames(ref ReadOnlySequence<byte> buffer)
    {
        int maxPayload = Services.Options.MaxMessageBytes;
        while (!Queue.IsClosed && !peerClosed)
        {
            if (
                FrameParser.TryRead(
                    ref buffer,
                    maxPayload - (message?.Length ?? 0),
                    out ClientFrame frame,
                    out CloseReason? violation
                )
            )
            {
                violation = Handle(frame);
            }
            else if (violation is null)
            {
                return;
            }
            if (violation is not null)
            {
                Close(violation);
            }
        }
    }

    private CloseReason? Handle(in ClientFrame frame)
    {
        switch (frame.Opcode)
        {
            case Opcode.Ping:
                Span<byte> ping = stackalloc byte[(int)frame.Payload.Length];
                frame.CopyTo(ping);
                Send(Message.Control(Opcode.Pong, ping, Services.Clock.Now));
                return null;
            case Opcode.Pong:
                return null;
            case Opcode.Close:
                return HandleClose(frame);
            default:
                return HandleData(frame);
        }
    }

    private CloseReason? HandleClose(in ClientFrame frame)
    {
        Span<byte> body = stackalloc byte[(int)frame.Payload.Length];
        frame.CopyTo(body);
        if (ClosePayload.TryRead(body, out int? code, out CloseReason? violation))
        {
            peerClosed = true;
            Queue.Close(Message.Close(code, "", Services.Clock.Now));
        }
        return violation;
    }

    private CloseReason? HandleData(in ClientFrame frame)
    {
        bool continues = frame.Opcode == Opcode.Continuation;
        if (continues != (message is not null))
        {
            return CloseReason.ProtocolError;
        }
        if (!continues && frame.IsFinal)
        {
            return HandleWhole(frame);
        }
        message ??= new MessageAssembler(
            frame.Opcode,
            Services.Options.MaxMessageBytes,
            Services.Options.MaxFragments
        );
        CloseReason? violation = message.Add(frame);
        if (violation is null && frame.IsFinal)
        {
            violation = HandleMessage(message.Opcode, message.Message);
            message.Dispose();
            message = null;
        }
        return violation;
    }

    private CloseReason? HandleWhole(in ClientFrame frame)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)frame.Payload.Length);
        try
        {
            frame.CopyTo(buffer);
            return HandleMessage(frame.Opcode, buffer.AsSpan(0, (int)frame.Payload.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private CloseReason? HandleMessage(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        Volatile.Write(ref unfinishedSince, NothingUnfinished);
        if (MessageAssembler.Check(opcode, payload) is { } violation)
        {
            return violation;
        }
        if (Uid is not null)
        {
            if (payload.SequenceEqual("heartbeat"u8))
            {
                // Browsers hide our pings from scripts, which may ask by this instead. No push is empty, so the answer is.
                Send(Message.Text([], Services.Clock.Now));
            }
            return null;
        }
        if (!UidRules.TryDecode(payload, out string uid))
        {
            return CloseReason.BadUid;
        }
        return Services.Registry.Register(this, uid) == RegisterResult.TooMany
            ? CloseReason.TooManyConnections
            : null;
    }

    private void Send(Message message)
    {
        if (Queue.Put(message) == PutResult.AcceptedFlush)
        {
            Queue.Flush();
        }
    }

    /// <summary>A leaky bucket: it leaks at the permitted rate on every heartbeat, and holds four seconds' worth.</summary>
    private void CountInbound(int bytes)
    {
        if (
            Interlocked.Add(ref inboundBytes, bytes)
            > BurstSeconds * Services.Options.MaxInboundBytesPerSecond
        )
        {
            Close(CloseReason.Flood);
        }
    }

    private void ForgiveInbound()
    {
        int present = Volatile.Read(ref inboundBytes);
        Interlocked.Add(
            ref inboundBytes,
            -Math.Min(present, Services.Options.MaxInboundBytesPerSecond / Heartbeat.BeatsPerSecond)
        );
    }

    private void MarkUnfinished(bool unfinished)
    {
        if (!unfinished)
        {
            Volatile.Write(ref unfinishedSince, NothingUnfinished);
        }
        else if (unfinishedSince == NothingUnfinished)
        {
            Volatile.Write(ref unfinishedSince, Services.Clock.Now);
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
