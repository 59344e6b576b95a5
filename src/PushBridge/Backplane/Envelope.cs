using System.Buffers.Binary;

namespace PushBridge.Backplane;

internal enum EnvelopeKind : byte
{
    /// <summary>The body is a command to execute.</summary>
    Command = 1,

    /// <summary>The body is a list of <see cref="Answers"/> to requests of the receiver.</summary>
    Answers = 2,

    /// <summary>The body is a <see cref="Peer"/>: the sender is there.</summary>
    Hello = 3,

    /// <summary>The same, and the sender does not know yet who else is there: everybody answers with a hello of their own.</summary>
    HelloAll = 4,

    /// <summary>No body: the sender leaves.</summary>
    Bye = 5,
}

/// <summary>
/// What nodes send each other, 28 bytes and a body: "PB", the version, the kind, the sender's id (16 bytes), the number of the
/// sender's request (8 bytes, little-endian; 0 when it wants no answer).
/// </summary>
internal readonly ref struct Envelope
{
    public const int HeaderLength = 28;
    private const byte Version = 1;

    private Envelope(EnvelopeKind kind, Guid sender, ulong request, ReadOnlySpan<byte> body)
    {
        Kind = kind;
        Sender = sender;
        Request = request;
        Body = body;
    }

    private static ReadOnlySpan<byte> Magic => "PB"u8;

    public EnvelopeKind Kind { get; }

    public Guid Sender { get; }

    public ulong Request { get; }

    public ReadOnlySpan<byte> Body { get; }

    public static byte[] Seal(
        EnvelopeKind kind,
        Guid sender,
        ulong request,
        ReadOnlySpan<byte> body
    )
    {
        byte[] bytes = new byte[HeaderLength + body.Length];
        Magic.CopyTo(bytes);
        bytes[2] = Version;
        bytes[3] = (byte)kind;
        sender.TryWriteBytes(bytes.AsSpan(4));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(20), request);
        body.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>False for what somebody else sent, or a node of a version that is not understood.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, out Envelope envelope)
    {
        envelope = default;
        if (
            bytes.Length < HeaderLength
            || !bytes.StartsWith(Magic)
            || bytes[2] != Version
            || bytes[3] is < (byte)EnvelopeKind.Command or > (byte)EnvelopeKind.Bye
        )
        {
            return false;
        }
        envelope = new Envelope(
            (EnvelopeKind)bytes[3],
            new Guid(bytes[4..20]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[20..]),
            bytes[HeaderLength..]
        );
        return true;
    }
}
