using System.Buffers.Binary;
using System.Text.Unicode;
using PushBridge.Connections;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>What a client says in its close frame (RFC 6455 sections 5.5.1 and 7.4).</summary>
internal static class ClosePayload
{
    /// <summary>
    /// The code to echo: null for an empty body. False: the body is malformed, and <paramref name="violation"/> says how.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out int? code, out CloseReason? violation)
    {
        code = null;
        violation = null;
        if (body.IsEmpty)
        {
            return true;
        }
        code = body.Length == 1 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(body);
        violation =
            code is not ((>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999))
                ? CloseReason.ProtocolError
            : !Utf8.IsValid(body[2..]) ? CloseReason.InvalidUtf8
            : null;
        return violation is null;
    }
}
