using System.Buffers;
using System.Buffers.Binary;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Connections;
using PushBridge.Messages;
using PushBridge.Tests.Clients.RawWebSocket;

namespace PushBridge.Tests.Fuzzing;

/// <summary>300,000 mutated streams of client frames: the same messages and the same end, however they are cut.</summary>
public sealed class FrameFuzzTests
{
    private const int MaxMessage = 1_024;
    private const int MaxFragments = 8;

    private static readonly Mutator Streams = new([
        [.. Frame(0x81, "uid1"u8), .. Frame(0x89, "ping"u8), .. Frame(0x81, "heartbeat"u8)],
        [.. Frame(0x01, "ui"u8), .. Frame(0x89, []), .. Frame(0x00, "d"u8), .. Frame(0x80, "2"u8)],
        [.. Frame(0x82, new byte[200]), .. Frame(0x8A, new byte[125])],
        [.. Frame(0x81, "ä😀"u8), .. Frame(0x88, [0x03, 0xE8, (byte)'x'])],
        [.. Frame(0x01, [0xC3]), .. Frame(0x80, [0xA4]), .. Frame(0x88, [])],
        [.. Enumerable.Range(0, 9).SelectMany(i => Frame((byte)(i == 0 ? 1 : 0), [(byte)i]))],
        [0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
    ]);

    [Fact]
    public void TryRead_MutatedStreamsInAnyPieces_GivesTheSame() =>
        Fuzz.Run(
            300_000,
            random =>
            {
                byte[] stream = Streams.Next(random);
                ulong whole = Read(stream, random, inPieces: false);
                ulong pieces = Read(stream, random, inPieces: true);
                Fuzz.Require(whole == pieces, Convert.ToHexString(stream));
            }
        );

    /// <summary>Reads as a connection does; what came of it, in one number.</summary>
    private static ulong Read(byte[] stream, Random random, bool inPieces)
    {
        HashCode outcome = default;
        Assembly assembly = default;
        CloseReason? violation = null;
        int start = 0;
        for (int end = 0; end < stream.Length && violation is null; )
        {
            end += inPieces ? Mutator.Chunk(random, stream.Length - end) : stream.Length;
            ReadOnlySequence<byte> rest = inPieces
                ? Sequences.Split(stream[start..end], random.Next(1, 20))
                : new(stream.AsMemory(start, end - start));
            while (
                violation is null
                && FrameParser.TryRead(
                    ref rest,
                    MaxMessage - (assembly.Message?.Length ?? 0),
                    out ClientFrame frame,
                    out violation
                )
            )
            {
                violation = assembly.Handle(frame, ref outcome);
            }

            start = end - (int)rest.Length;
        }

        assembly.Message?.Dispose();
        outcome.Add(violation?.Code);
        return (uint)outcome.ToHashCode();
    }

    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        byte[] mask = [0x37, 0xFA, 0x21, 0x3D];
        List<byte> frame = [first];
        if (payload.Length > 125)
        {
            byte[] length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.AddRange([0xFE, .. length]);
        }
        else
        {
            frame.Add((byte)(0x80 | payload.Length));
        }

        frame.AddRange(mask);
        for (int i = 0; i < payload.Length; i++)
        {
            frame.Add((byte)(payload[i] ^ mask[i & 3]));
        }

        return [.. frame];
    }

    /// <summary>Messages out of frames, by the rules of RFC 6455 section 5.4.</summary>
    private struct Assembly
    {
        public MessageAssembler? Message { get; private set; }

        public CloseReason? Handle(in ClientFrame frame, ref HashCode outcome)
        {
            if (frame.Opcode is Opcode.Close or Opcode.Ping or Opcode.Pong)
            {
                byte[] body = new byte[frame.Payload.Length];
                frame.CopyTo(body);
                Add(ref outcome, frame.Opcode, body);
                return
                    frame.Opcode == Opcode.Close
                    && !ClosePayload.TryRead(body, out _, out CloseReason? bad)
                    ? bad
                    : null;
            }

            if ((frame.Opcode == Opcode.Continuation) != (Message is not null))
            {
                return CloseReason.ProtocolError;
            }

            Message ??= new MessageAssembler(frame.Opcode, MaxMessage, MaxFragments);
            if (Message.Add(frame) is { } limit)
            {
                return limit;
            }

            return frame.IsFinal ? Finish(ref outcome) : null;
        }

        private CloseReason? Finish(ref HashCode outcome)
        {
            MessageAssembler whole = Message!;
            Message = null;
            Add(ref outcome, whole.Opcode, whole.Message);
            CloseReason? invalid = MessageAssembler.Check(whole.Opcode, whole.Message);
            whole.Dispose();
            return invalid;
        }

        private static void Add(ref HashCode outcome, Opcode opcode, ReadOnlySpan<byte> body)
        {
            outcome.Add(opcode);
            outcome.Add(body.Length);
            outcome.AddBytes(body);
        }
    }
}
