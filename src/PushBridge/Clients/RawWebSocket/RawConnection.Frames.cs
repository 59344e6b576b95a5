using System.Buffers;
using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.RawWebSocket;

/// <content>What the client sends: frames, the messages in them, the first of which says who it is, and how much of it there may be.</content>
internal sealed partial class RawConnection
{
    private const int BurstSeconds = 4;
    private const long NothingUnfinished = -1;

    private static ReadOnlySpan<byte> RenewWord => "renew "u8;

    private MessageAssembler? message;
    private long unfinishedSince = NothingUnfinished;
    private int inboundBytes;
    private bool peerClosed;

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
        Hello? waiting = hello;
        if (waiting is { Deciding: null })
        {
            waiting.Deciding = IdentifyAsync(waiting, waiting.DecideAsync(payload));
            return null;
        }
        // Browsers hide our pings from scripts, which may ask by this instead, and learn by the answer that they are known, too.
        if (payload.SequenceEqual("heartbeat"u8))
        {
            if (waiting?.TryPostpone() != true)
            {
                SendHeartbeat();
            }
        }
        else if (
            payload.StartsWith(RenewWord)
            && waiting is { IsDecided: true, IsRenewing: false, Deciding: { } before }
        )
        {
            waiting.IsRenewing = true;
            waiting.Deciding = RenewAsync(
                waiting,
                before,
                waiting.DecideAsync(payload[RenewWord.Length..])
            );
        }
        return null;
    }

    /// <summary>No push is empty, so this is none.</summary>
    private void SendHeartbeat() => Send(Message.Text([], Services.Clock.Now));

    /// <summary>Gives the client the identity that is decided about, or closes; throws nothing.</summary>
    private async Task IdentifyAsync(Hello waiting, ValueTask<Verdict> decision)
    {
        try
        {
            Verdict verdict = await decision;
            if (verdict.Identity is { } identity)
            {
                Identify(identity);
            }
            else
            {
                Close(verdict.Denial!);
            }
        }
        catch (Exception exception)
        {
            Services.Log.Failed(exception, Id);
            Close(CloseReason.TryAgainLater);
        }
        if (waiting.EndDeciding())
        {
            SendHeartbeat();
        }
        if (!waiting.IsRenewable)
        {
            hello = null;
        }
    }

    /// <summary>Lets a new token take the old one's place; says so, or closes. What cannot be decided now changes nothing; throws nothing.</summary>
    private async Task RenewAsync(Hello known, Task before, ValueTask<Verdict> decision)
    {
        try
        {
            await before; // It has been decided, but may have a line of code to go.
            Verdict verdict = await decision;
            known.IsRenewing = false;
            if (verdict.Identity is { } identity)
            {
                Renew(identity);
                SendHeartbeat();
            }
            else if (verdict.Denial != CloseReason.TryAgainLater)
            {
                Close(verdict.Denial!);
            }
        }
        catch (Exception exception)
        {
            Services.Log.Failed(exception, Id);
            known.IsRenewing = false;
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
            Volatile.Write(ref unfinishedSince, Services.Clock.Exact);
        }
    }
}
