using System.Text.Json.Serialization;

namespace PushBridge.Security.Authentication;

/// <summary>What the application is asked: what the client said, and where it comes from.</summary>
internal sealed record WebhookQuestion(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("address")] string? Address,
    [property: JsonPropertyName("origin")] string? Origin
);

[JsonSerializable(typeof(WebhookQuestion))]
internal sealed partial class WebhookJson : JsonSerializerContext;
