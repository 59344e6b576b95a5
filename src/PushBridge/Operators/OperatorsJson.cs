using System.Text.Json.Serialization;

namespace PushBridge.Operators;

/// <summary>How operators' answers are written, whatever the application has set up for its own JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServerStats))]
[JsonSerializable(typeof(StatsHistory))]
[JsonSerializable(typeof(UidList))]
[JsonSerializable(typeof(UidDetails))]
internal sealed partial class OperatorsJson : JsonSerializerContext;
