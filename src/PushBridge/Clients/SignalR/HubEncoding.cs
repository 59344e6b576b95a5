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

    private static readonly JsonHubProtocol Protocol = new();

    public static SerializedHubMessage Encode(Message message)
    {
        InvocationMessage invocation = new(Target, [new RawJson(message.Payload)]);
        return Encode(Protocol, invocation);
    }

    /// <summary>An invocation as bytes, made at once.</summary>
    public static SerializedHubMessage Encode(
        JsonHubProtocol protocol,
        InvocationMessage invocation
    ) => new([new SerializedMessage(protocol.Name, protocol.GetMessageBytes(invocation))]);

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
