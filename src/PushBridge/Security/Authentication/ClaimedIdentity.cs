using System.Buffers.Text;
using System.Text.Json;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>Whom a token or an application names: a uid, as text or as an integer that stands for its own text, and perhaps groups.</summary>
internal sealed record ClaimedIdentity(string Uid, IReadOnlyList<string> Groups)
{
    private const int MaxGroups = 100;

    /// <summary>Reads the payload of a token; null when it names nobody in this form.</summary>
    public static ClaimedIdentity? Read(string encodedPayload)
    {
        try
        {
            using JsonDocument claims = JsonDocument.Parse(
                Base64Url.DecodeFromChars(encodedPayload)
            );
            return Read(claims.RootElement, "sub");
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <param name="claims">The object that names the uid, and perhaps <c>groups</c>.</param>
    /// <param name="uidMember">The member that is the uid.</param>
    public static ClaimedIdentity? Read(JsonElement claims, string uidMember)
    {
        try
        {
            return
                claims.ValueKind == JsonValueKind.Object
                && UidOf(claims, uidMember) is { } uid
                && GroupsOf(claims) is { } groups
                ? new ClaimedIdentity(uid, groups)
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair in a string.
        }
    }

    private static string? UidOf(JsonElement claims, string member)
    {
        if (!claims.TryGetProperty(member, out JsonElement value))
        {
            return null;
        }
        string? uid = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number when value.TryGetInt64(out _) => value.GetRawText(),
            _ => null,
        };
        return uid is not null && UidRules.IsValid(uid) ? uid : null;
    }

    private static string[]? GroupsOf(JsonElement claims)
    {
        if (
            !claims.TryGetProperty("groups", out JsonElement value)
            || value.ValueKind == JsonValueKind.Null
        )
        {
            return [];
        }
        if (
            value.ValueKind != JsonValueKind.Array
            || value.GetArrayLength() > MaxGroups
            || value.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String)
        )
        {
            return null;
        }
        string[] names = [.. value.EnumerateArray().Select(name => name.GetString()!)];
        return names.All(name => UidRules.IsValid(name)) ? names : null;
    }
}
