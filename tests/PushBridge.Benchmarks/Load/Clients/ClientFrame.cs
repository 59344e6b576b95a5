namespace PushBridge.Benchmarks.Load.Clients;

/// <summary>Short frames (up to 125 bytes of payload) as a client must send them: masked.</summary>
internal static class ClientFrame
{
    public const int MaxControlBytes = 6 + 125;
    public const byte TextOpcode = 1;
    public const byte CloseOpcode = 8;
    public const byte PongOpcode = 10;

    private static ReadOnlySpan<byte> Mask => [0x5A, 0x17, 0xC3, 0x2E];

    public static ReadOnlySpan<byte> Write(
        Span<byte> destination,
        byte opcode,
        ReadOnlySpan<byte> payload
    )
    {
        destination[0] = (byte)(0x80 | opcode);
        destination[1] = (byte)(0x80 | payload.Length);
        Mask.CopyTo(destination[2..]);
        for (int i = 0; i < payload.Length; i++)
        {
            destination[6 + i] = (byte)(payload[i] ^ Mask[i & 3]);
        }
        return destination[..(6 + payload.Length)];
    }
}
