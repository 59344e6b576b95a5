using System.Buffers.Binary;
using System.Text.Unicode;

namespace PushBridge.Messages;

/// <summary>
/// What one command delivers, shared by all its receivers: the payload once, as the WebSocket frame that raw clients get,
/// and, made when the first hub client needs it, the encoding for the others. Immutable but for that cache; thread-safe.
/// </summary>
internal sealed class Message
{
    /// <summary>What an outbound queue charges a message besides its frame: this object, the array's header, the queue slot.</summary>
    public const int Overhead = 80;

    private readonly byte[] frame;
    private readonly int payloadStart;
    private object? encoding;

    private Message(byte[] frame, int payloadStart, long createdAt, bool isInvocation = false)
    {
        this.frame = frame;
        this.payloadStart = payloadStart;
        CreatedAt = createdAt;
        IsInvocation = isInvocation;
    }

    /// <summary>When the message entered the server, in milliseconds of the <c>CoarseClock</c>.</summary>
    public long CreatedAt { get; }

    /// <summary>
    /// True when the payload is <c>{"target":…,"arguments":[…]}</c>: raw clients have no methods and get it as it stands, hub clients
    /// get the method called.
    /// </summary>
    public bool IsInvocation { get; }

    /// <summary>The unmasked RFC 6455 frame that carries the payload.</summary>
    public ReadOnlyMemory<byte> Frame => frame;

    /// <summary>The payload: UTF-8 JSON for text messages.</summary>
    public ReadOnlyMemory<byte> Payload => frame.AsMemory(payloadStart);

    /// <summary>What the message counts against a queue's limit, in bytes.</summary>
    public int Size => frame.Length + Overhead;

    /// <summary>A message for clients of every kind; <paramref name="json"/> must be one valid UTF-8 JSON value.</summary>
    public static Message Text(ReadOnlySpan<byte> json, long now, bool isInvocation = false) =>
        new(
            ServerFrame.Build(Opcode.Text, json),
            ServerFrame.HeaderLength(json.Length),
            now,
            isInvocation
        );

    /// <summary>Bytes that are no frame: the answer to a handshake.</summary>
    public static Message Raw(byte[] bytes, long now) => new(bytes, 0, now);

    /// <summary>A ping or pong of at most 125 bytes.</summary>
    public static Message Control(Opcode opcode, ReadOnlySpan<byte> payload, long now) =>
        new(ServerFrame.Build(opcode, payload), ServerFrame.HeaderLength(payload.Length), now);

    /// <summary>A close frame (RFC 6455 section 5.5.1); no code means an empty body, and the text is cut to fit.</summary>
    public static Message Close(int? code, string text, long now)
    {
        Span<byte> body = stackalloc byte[125];
        int length = 0;
        if (code is { } value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)value);
            Utf8.FromUtf16(text, body[2..], out _, out int written);
            length = 2 + written;
        }
        return Control(Opcode.Close, body[..length], now);
    }

    /// <summary>The cached encoding for another kind of client, made by <paramref name="encode"/> on first use.</summary>
    public T EncodedAs<T>(Func<Message, T> encode)
        where T : class
    {
        object? known = Volatile.Read(ref encoding);
        if (known is null)
        {
            T made = encode(this);
            known = Interlocked.CompareExchange(ref encoding, made, null) ?? made;
        }
        return (T)known;
    }
}
