using System.Buffers;
using System.Text.Unicode;
using PushBridge.Connections;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>
/// Puts the fragments of one client message together (RFC 6455 section 5.4) and holds it to the limits. Exists only while a
/// fragmented message is under way; whole messages never come here.
/// </summary>
internal sealed class MessageAssembler(Opcode opcode, int maxBytes, int maxFragments) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(256);
    private int fragments;

    public Opcode Opcode { get; } = opcode;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Message => buffer.AsSpan(0, Length);

    /// <summary>Adds a fragment; a reason when the message breaks a limit by it.</summary>
    public CloseReason? Add(in ClientFrame frame)
    {
        if (++fragments > maxFragments)
        {
            return CloseReason.Flood;
        }
        int length = Length + (int)frame.Payload.Length;
        if (length > maxBytes)
        {
            return CloseReason.TooBig;
        }
        if (length > buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, buffer.Length * 2));
            Message.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        frame.CopyTo(buffer.AsSpan(Length));
        Length = length;
        return null;
    }

    /// <summary>A text message must be UTF-8 as a whole (RFC 6455 section 8.1); its fragments need not be.</summary>
    public static CloseReason? Check(Opcode opcode, ReadOnlySpan<byte> message) =>
        opcode == Opcode.Text && !Utf8.IsValid(message) ? CloseReason.InvalidUtf8 : null;

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
