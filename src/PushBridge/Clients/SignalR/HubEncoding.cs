using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace PushBridge.Clients.SignalR;

/// <summary>
/// A message as hub clients get it: one invocation of the client method <c>message</c>, serialized once for all of them, with
/// the payload's bytes as its only argument.
/// </summary>
internal static class HubEncoding
{
    public const string Target = "message";

    private const byte RecordSeparator = 0x1E;
    private static readonly JsonHubProtocol Protocol = new();

    /// <summary>Type 1 is the invocation.</summary>
    private static ReadOnlySpan<byte> InvocationStart => "{\"type\":1,"u8;

    public static SerializedHubMessage Encode(Message message)
    {
        ReadOnlyMemory<byte> bytes = message.IsInvocation
            ? Called(message.Payload.Span)
            : Protocol.GetMessageBytes(
                new InvocationMessage(Target, [new RawJson(message.Payload)])
            );
        return new([new SerializedMessage(Protocol.Name, bytes)]);
    }

    /// <summary>The target and its arguments stand in the payload as the hub protocol wants them; only the type is missing.</summary>
    private static byte[] Called(ReadOnlySpan<byte> payload) =>
        [.. InvocationStart, .. payload[1..], RecordSeparator];

    /// <summary>JSON that has been validated before and goes out as it is.</summary>
    [JsonConverter(typeof(RawJsonConverter))]
    private readonly record struct RawJson(ReadOnlyMemory<byte> Utf8);

    private sealed class RawJsonConverter : JsonConverter<RawJson>
    {
        public override RawJson Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => throw new NotSupportedException("Only written.");

        public override void Write(
            Utf8JsonWriter writer,
            RawJson value,
            JsonSerializerOptions options
        ) => writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
