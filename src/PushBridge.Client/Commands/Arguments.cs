using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PushBridge.Client.Commands;

/// <summary>
/// What the server would refuse is refused here, with a message that says why. One malformed byte would otherwise cost
/// a reply that only says <c>bad_request</c>, and a line break inside a payload would end the command in its middle.
/// </summary>
internal static class Arguments
{
    public const int MaxNameBytes = 256;
    public const int MaxIdBytes = 64;
    public const int MaxReasonBytes = 123;

    /// <summary>The server allows 64, and the command around the payload is one of them.</summary>
    private const int MaxPayloadDepth = 63;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private static readonly SearchValues<char> Controls = SearchValues.Create([
        .. Enumerable
            .Range(0, 0x20)
            .Concat(Enumerable.Range(0x7F, 0x21))
            .Select(code => (char)code),
    ]);

    /// <summary>One or more names.</summary>
    public static void CheckNames(
        Names names,
        [CallerArgumentExpression(nameof(names))] string? parameter = null
    )
    {
        if (names.Count == 0)
        {
            throw new ArgumentException("At least one name is needed.", parameter);
        }
        CheckOptionalNames(names, parameter);
    }

    /// <summary>Any number of names.</summary>
    public static void CheckOptionalNames(
        Names names,
        [CallerArgumentExpression(nameof(names))] string? parameter = null
    )
    {
        for (int i = 0; i < names.Count; i++)
        {
            CheckName(names[i], parameter);
        }
    }

    public static void CheckName(
        string? name,
        [CallerArgumentExpression(nameof(name))] string? parameter = null
    ) => CheckText(name, MaxNameBytes, "A name", parameter);

    public static void CheckId(
        string? id,
        [CallerArgumentExpression(nameof(id))] string? parameter = null
    )
    {
        if (id is not null)
        {
            CheckText(id, MaxIdBytes, "An id", parameter);
        }
    }

    public static void CheckReason(
        string? reason,
        [CallerArgumentExpression(nameof(reason))] string? parameter = null
    )
    {
        if (reason is not null && ByteCount(reason, "A reason", parameter) > MaxReasonBytes)
        {
            throw new ArgumentException(
                $"A reason has at most {MaxReasonBytes} bytes of UTF-8.",
                parameter
            );
        }
    }

    /// <summary>
    /// Checks that the bytes are one JSON value, and puts spaces where it has line breaks: valid JSON has them only between its
    /// tokens, where a space means the same.
    /// </summary>
    public static void MakeOneLine(Span<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new ArgumentException("The payload is not valid UTF-8.", nameof(json));
        }
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxPayloadDepth });
        try
        {
            while (reader.Read())
            {
                // The reader checks as it goes.
            }
        }
        catch (JsonException exception)
        {
            throw new ArgumentException(
                $"The payload is not one JSON value of depth {MaxPayloadDepth} at most (wrong at byte {reader.BytesConsumed}).",
                nameof(json),
                exception
            );
        }
        if (json.ContainsAny((byte)'\n', (byte)'\r'))
        {
            json.Replace((byte)'\n', (byte)' ');
            json.Replace((byte)'\r', (byte)' ');
        }
    }

    private static void CheckText(string? text, int maxBytes, string what, string? parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        // Short ASCII is the everyday case and needs no counting.
        bool fits =
            text.Length is > 0
            && (
                (text.Length <= maxBytes && Ascii.IsValid(text))
                || ByteCount(text, what, parameter) <= maxBytes
            );
        if (!fits || text.AsSpan().ContainsAny(Controls))
        {
            throw new ArgumentException(
                $"{what} has 1 to {maxBytes} bytes of UTF-8 without control characters.",
                parameter
            );
        }
    }

    private static int ByteCount(string text, string what, string? parameter)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException(
                $"{what} must not have half a surrogate pair.",
                parameter,
                exception
            );
        }
    }
}
