using System.Buffers;
using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Connections;
using PushBridge.Messages;

namespace PushBridge.Tests.Clients.RawWebSocket;

public sealed class FrameParserTests
{
    private static readonly Gen<Opcode> DataOpcodes = Gen.Elements(
        Opcode.Continuation,
        Opcode.Text,
        Opcode.Binary
    );

    private static readonly Gen<Opcode> ControlOpcodes = Gen.Elements(
        Opcode.Close,
        Opcode.Ping,
        Opcode.Pong
    );

    [Fact]
    public void TryRead_AnyFramesInAnyChunks_RoundTrip()
    {
        Gen<Frame> data =
            from opcode in DataOpcodes
            from final in Gen.Elements(true, false)
            from length in Gen.OneOf(
                Gen.Choose(0, 200),
                Gen.Choose(65_530, 65_540),
                Gen.Choose(0, 70_000)
            )
            from mask in Gen.Choose(int.MinValue, int.MaxValue)
            select new Frame(opcode, final, length, (uint)mask);
        Gen<Frame> control =
            from opcode in ControlOpcodes
            from length in Gen.Choose(0, 125)
            from mask in Gen.Choose(int.MinValue, int.MaxValue)
            select new Frame(opcode, true, length, (uint)mask);
        Gen<(Frame[] Frames, int Segment)> cases =
            from frames in Gen.OneOf(data, control).ArrayOf(5)
            from segment in Gen.Elements(1, 2, 3, 7, 1000, 100_000)
            select (frames, segment);

        Prop.ForAll(
                cases.ToArbitrary(),
                sample =>
                {
                    byte[] bytes = [.. sample.Frames.SelectMany(Encode)];
                    ReadOnlySequence<byte> buffer = Sequences.Split(bytes, sample.Segment);
                    foreach (Frame frame in sample.Frames)
                    {
                        if (
                            !FrameParser.TryRead(
                                ref buffer,
                                100_000,
                                out ClientFrame read,
                                out CloseReason? violation
                            )
                            || violation is not null
                            || (read.Opcode, read.IsFinal) != (frame.Opcode, frame.Final)
                            || !Payload(read).SequenceEqual(Content(frame.Length))
                        )
                        {
                            return false;
                        }
                    }
                    return buffer.IsEmpty;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void TryRead_EveryPrefixOfAFrame_WaitsAndConsumesNothing()
    {
        byte[] bytes = [.. Encode(new Frame(Opcode.Text, true, 300, 0xA1B2C3D4))];
        for (int length = 0; length < bytes.Length; length++)
        {
            ReadOnlySequence<byte> buffer = new(bytes, 0, length);

            FrameParser
                .TryRead(ref buffer, 1000, out _, out CloseReason? violation)
                .Should()
                .BeFalse();

            violation.Should().BeNull();
            buffer.Length.Should().Be(length);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x81, 0x01 }, 1002, "unmasked")]
    [InlineData(new byte[] { 0xC1, 0x81 }, 1002, "RSV1")]
    [InlineData(new byte[] { 0xA1, 0x81 }, 1002, "RSV2")]
    [InlineData(new byte[] { 0x91, 0x81 }, 1002, "RSV3")]
    [InlineData(new byte[] { 0x83, 0x81 }, 1002, "reserved data opcode")]
    [InlineData(new byte[] { 0x8B, 0x81 }, 1002, "reserved control opcode")]
    [InlineData(new byte[] { 0x09, 0x81 }, 1002, "fragmented control")]
    [InlineData(new byte[] { 0x89, 0xFE }, 1002, "long control")]
    [InlineData(new byte[] { 0x81, 0xFE, 0, 125 }, 1002, "16 bits for 125")]
    [InlineData(
        new byte[] { 0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF },
        1002,
        "64 bits for 65,535"
    )]
    [InlineData(new byte[] { 0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0 }, 1002, "top bit")]
    [InlineData(new byte[] { 0x81, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0 }, 1009, "huge")]
    [InlineData(new byte[] { 0x81, 0xFE, 0x03, 0xE9 }, 1009, "1,001 of 1,000 bytes")]
    public void TryRead_AHeaderThatBreaksTheRules_IsReportedAtOnce(
        byte[] bytes,
        int code,
        string rule
    )
    {
        ReadOnlySequence<byte> buffer = new(bytes);

        FrameParser.TryRead(ref buffer, 1000, out _, out CloseReason? violation).Should().BeFalse();

        violation!.Code.Should().Be(code, rule);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void Build_ServerFrame_HasTheMinimalLength(int length)
    {
        byte[] frame = ServerFrame.Build(Opcode.Text, Content(length));

        frame.Length.Should().Be(ServerFrame.HeaderLength(length) + length);
        frame[0].Should().Be(0x81);
        (frame[1] & 0x80).Should().Be(0, "a server never masks");
        ulong announced = (frame[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(2)),
            int inline => (ulong)inline,
        };
        announced.Should().Be((ulong)length);
        frame[^length..].Should().Equal(Content(length));
    }

    private static byte[] Content(int length) =>
        [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    private static byte[] Payload(in ClientFrame frame)
    {
        byte[] payload = new byte[frame.Payload.Length];
        frame.CopyTo(payload);
        return payload;
    }

    private static byte[] Encode(Frame frame)
    {
        byte[] server = ServerFrame.Build(frame.Opcode, Content(frame.Length));
        int header = ServerFrame.HeaderLength(frame.Length);
        byte[] mask = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(mask, frame.Mask);
        byte[] head = server[..header];
        head[0] = (byte)((frame.Final ? 0x80 : 0) | (byte)frame.Opcode);
        head[1] |= 0x80;
        return
        [
            .. head,
            .. mask,
            .. server[header..].Select((value, i) => (byte)(value ^ mask[i & 3])),
        ];
    }

    private sealed record Frame(Opcode Opcode, bool Final, int Length, uint Mask);
}
