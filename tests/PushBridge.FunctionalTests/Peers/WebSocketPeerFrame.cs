using System.Buffers.Binary;
using System.Text;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>How a frame writes its payload length: RFC 6455 demands the shortest form, a test may choose another.</summary>
internal enum LengthForm
{
    Shortest,
    Short7,
    Extended16,
    Extended64,
}

/// <summary>
/// One RFC 6455 frame, as a server sent it or as a test wants it sent. The defaults build what a correct client sends;
/// every rule of the framing can be broken by an init property.
/// </summary>
internal sealed record WebSocketPeerFrame(int Opcode, byte[] Payload)
{
    internal const int ContinuationOpcode = 0;
    internal const int TextOpcode = 1;
    internal const int BinaryOpcode = 2;
    internal const int CloseOpcode = 8;
    internal const int PingOpcode = 9;
    internal const int PongOpcode = 10;

    internal bool Fin { get; init; } = true;

    /// <summary>The three reserved bits as a number: RSV1 = 4, RSV2 = 2, RSV3 = 1.</summary>
    internal int Rsv { get; init; }

    internal bool Masked { get; init; } = true;
    internal uint MaskingKey { get; init; } = 0x37FA213D;
    internal LengthForm Form { get; init; }

    /// <summary>The length the header announces, when it is not the length of the payload that follows.</summary>
    internal ulong? Announced { get; init; }

    /// <summary>The same frame with another one of its message to follow.</summary>
    internal WebSocketPeerFrame Unfinished => this with { Fin = false };

    internal WebSocketPeerFrame Unmasked => this with { Masked = false };

    internal WebSocketPeerFrame MaskedBy(uint key) => this with { MaskingKey = key };

    internal WebSocketPeerFrame Reserving(int bits) => this with { Rsv = bits };

    internal WebSocketPeerFrame In(LengthForm form) => this with { Form = form };

    internal WebSocketPeerFrame Announcing(ulong length) => this with { Announced = length };

    internal string TextPayload => Encoding.UTF8.GetString(Payload);

    /// <summary>The code of a close frame; null when it has none.</summary>
    internal int? CloseCode =>
        Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : null;

    internal static WebSocketPeerFrame TextFrame(string text) =>
        TextFrame(Encoding.UTF8.GetBytes(text));

    internal static WebSocketPeerFrame TextFrame(byte[] payload) => new(TextOpcode, payload);

    internal static WebSocketPeerFrame BinaryFrame(byte[] payload) => new(BinaryOpcode, payload);

    internal static WebSocketPeerFrame ContinuationFrame(byte[] payload) =>
        new(ContinuationOpcode, payload);

    internal static WebSocketPeerFrame Ping(string payload) =>
        new(PingOpcode, Encoding.UTF8.GetBytes(payload));

    internal static WebSocketPeerFrame Pong(string payload) =>
        new(PongOpcode, Encoding.UTF8.GetBytes(payload));

    internal static WebSocketPeerFrame Close(int code, string reason = "") =>
        Close(code, Encoding.UTF8.GetBytes(reason));

    internal static WebSocketPeerFrame Close(int code, byte[] reason) =>
        new(CloseOpcode, [(byte)(code >> 8), (byte)code, .. reason]);

    internal static WebSocketPeerFrame EmptyClose() => new(CloseOpcode, []);

    /// <summary>A message cut into fragments: the first carries the opcode, the others continue it, the last is final.</summary>
    internal static WebSocketPeerFrame[] Fragments(int opcode, params byte[][] parts) =>
        [
            .. parts.Select(
                (part, i) =>
                    new WebSocketPeerFrame(i == 0 ? opcode : ContinuationOpcode, part)
                    {
                        Fin = i == parts.Length - 1,
                    }
            ),
        ];

    /// <summary>What the frame says, whoever sent it: two frames that read the same mean the same.</summary>
    public override string ToString()
    {
        var payload =
            Opcode == CloseOpcode && CloseCode is { } code ? $"{code} {Latin(2)}" : Latin(0);
        return $"{(Fin ? "" : "unfinished ")}{NameOf(Opcode)} of {Payload.Length} bytes: {payload}";

        string Latin(int from) => Encoding.Latin1.GetString(Payload.AsSpan(from));
    }

    internal byte[] ToBytes()
    {
        var bytes = new List<byte>(Payload.Length + 14)
        {
            (byte)((Fin ? 0x80 : 0) | (Rsv << 4) | Opcode),
        };
        WriteLength(bytes, Announced ?? (ulong)Payload.Length);
        if (!Masked)
        {
            bytes.AddRange(Payload);
            return [.. bytes];
        }

        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, MaskingKey);
        bytes.AddRange(key);
        for (var i = 0; i < Payload.Length; i++)
        {
            bytes.Add((byte)(Payload[i] ^ key[i & 3]));
        }

        return [.. bytes];
    }

    private void WriteLength(List<byte> bytes, ulong length)
    {
        var mask = Masked ? 0x80 : 0;
        Span<byte> extended = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(extended, length);
        switch (Form == LengthForm.Shortest ? ShortestForm(length) : Form)
        {
            case LengthForm.Short7:
                bytes.Add((byte)(mask | (int)length));
                break;
            case LengthForm.Extended16:
                bytes.Add((byte)(mask | 126));
                bytes.AddRange(extended[6..]);
                break;
            default:
                bytes.Add((byte)(mask | 127));
                bytes.AddRange(extended);
                break;
        }
    }

    private static string NameOf(int opcode) =>
        opcode switch
        {
            ContinuationOpcode => "continuation",
            TextOpcode => "text",
            BinaryOpcode => "binary",
            CloseOpcode => "close",
            PingOpcode => "ping",
            PongOpcode => "pong",
            _ => $"opcode {opcode}",
        };

    internal static LengthForm ShortestForm(ulong length) =>
        length switch
        {
            <= 125 => LengthForm.Short7,
            <= ushort.MaxValue => LengthForm.Extended16,
            _ => LengthForm.Extended64,
        };
}
