using System.Text.Json;

namespace PushBridge.Security.Authentication;

/// <summary>What the application said about a client: <c>{"uid":"u1","expires_in":3600,"groups":["staff"]}</c>, or that it does not know it.</summary>
/// <param name="Who">Null when it was turned away.</param>
/// <param name="Lifetime">For how long that holds; null for as long as the client stays.</param>
/// <param name="Fault">Why it says nothing; null when it counts.</param>
internal sealed record WebhookAnswer(ClaimedIdentity? Who, TimeSpan? Lifetime, string? Fault = null)
{
    private const double MaxSeconds = 10 * 365 * 86_400d;
    private const string Unclear = "it does not say who the client is";

    public static readonly WebhookAnswer TurnedAway = new(null, null);

    /// <summary>An answer that says neither.</summary>
    public static WebhookAnswer Unusable(string fault) => new(null, null, fault);

    /// <summary>Reads a body, which is unusable when it does not say who the client is in the form above.</summary>
    public static WebhookAnswer Read(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return
                ClaimedIdentity.Read(document.RootElement, "uid") is { } who
                && TryLifetime(document.RootElement, out TimeSpan? lifetime)
                ? new WebhookAnswer(who, lifetime)
                : Unusable(Unclear);
        }
        catch (JsonException)
        {
            return Unusable(Unclear);
        }
    }

    private static bool TryLifetime(JsonElement root, out TimeSpan? lifetime)
    {
        lifetime = null;
        if (
            !root.TryGetProperty("expires_in", out JsonElement value)
            || value.ValueKind == JsonValueKind.Null
        )
        {
            return true;
        }
        if (
            value.ValueKind != JsonValueKind.Number
            || !value.TryGetDouble(out double seconds)
            || seconds is not (> 0 and <= MaxSeconds)
        )
        {
            return false;
        }
        lifetime = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
