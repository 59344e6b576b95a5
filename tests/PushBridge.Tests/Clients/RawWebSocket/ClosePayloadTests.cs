using System.Buffers.Binary;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Connections;

namespace PushBridge.Tests.Clients.RawWebSocket;

public sealed class ClosePayloadTests
{
    [Fact]
    public void TryRead_EveryCode_IsEchoedOrAViolation()
    {
        for (int code = 0; code <= ushort.MaxValue; code++)
        {
            byte[] body = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)code);
            bool valid =
                code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

            ClosePayload
                .TryRead(body, out int? echoed, out CloseReason? violation)
                .Should()
                .Be(valid);

            violation.Should().Be(valid ? null : CloseReason.ProtocolError);
            echoed.Should().Be(code);
        }
    }

    [Fact]
    public void TryRead_AnEmptyBody_HasNoCode()
    {
        ClosePayload.TryRead([], out int? code, out _).Should().BeTrue();
        code.Should().BeNull();
    }

    [Theory]
    [InlineData(new byte[] { 3 }, 1002)]
    [InlineData(new byte[] { 3, 0xE8, 0xFF }, 1007)]
    public void TryRead_AMalformedBody_IsAViolation(byte[] body, int code)
    {
        ClosePayload.TryRead(body, out _, out CloseReason? violation).Should().BeFalse();
        violation!.Code.Should().Be(code);
    }
}
