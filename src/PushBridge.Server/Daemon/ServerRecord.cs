using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushBridge.Server.Daemon;

/// <summary>What a pid file says about the server that runs: its first line is the process id, its second one this.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Stamp">What tells it from others of the same number.</param>
/// <param name="Clients">Where browsers connect; null until the server has started, like the other addresses.</param>
/// <param name="Text">Where backends push.</param>
/// <param name="Http">Where backends push over HTTP, and operators look.</param>
internal sealed record ServerRecord(
    int ProcessId,
    string Stamp,
    string? Clients = null,
    string? Text = null,
    string? Http = null
)
{
    /// <summary>Of this process, before it listens.</summary>
    public static ServerRecord OfThisProcess() =>
        new(Environment.ProcessId, ProcessStamp.Of(Environment.ProcessId) ?? "");

    [JsonIgnore]
    public bool HasStarted => Http is not null;

    /// <summary>Whether the process is there, and is the one that wrote this.</summary>
    [JsonIgnore]
    public bool IsAlive => Stamp is { Length: > 0 } && ProcessStamp.Of(ProcessId) == Stamp;

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ProcessId}\n{JsonSerializer.Serialize(this, RecordJson.Default.ServerRecord)}\n"
        );

    /// <summary>Null when it is no such file, or not yet.</summary>
    public static ServerRecord? Parse(string content)
    {
        int end = content.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize(content[end..], RecordJson.Default.ServerRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServerRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
