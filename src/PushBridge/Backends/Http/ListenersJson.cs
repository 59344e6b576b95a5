using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushBridge.Backends.Http;

/// <summary>What a request says of a listener to open: the options of <c>PushBridge:Listeners</c> with its name.</summary>
internal sealed record ListenerRequest(
    string? Name,
    ListenerProtocol? Protocol,
    string? Listen,
    bool ReusePort = false,
    CertificateOptions? Certificate = null,
    string? ClientCertificateAuthority = null
)
{
    public ListenerOptions Options() =>
        new()
        {
            Protocol = Protocol,
            Listen = Listen,
            ReusePort = ReusePort,
            Certificate = Certificate ?? new CertificateOptions(),
            ClientCertificateAuthority = ClientCertificateAuthority,
        };
}

internal sealed record ListenerList(bool Ok, IReadOnlyList<PushListener> Listeners);

internal sealed record ListenerAnswer(bool Ok, PushListener Listener);

internal sealed class CamelCase<TEnum>()
    : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;

/// <summary>How listeners are written and read, whatever the application has set up for its own JSON. A misspelt option is no option.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(CamelCase<ListenerProtocol>), typeof(CamelCase<ListenerSource>)],
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(ListenerRequest))]
[JsonSerializable(typeof(ListenerList))]
[JsonSerializable(typeof(ListenerAnswer))]
[JsonSerializable(typeof(IReadOnlyList<PushListener>))]
internal sealed partial class ListenersJson : JsonSerializerContext;
