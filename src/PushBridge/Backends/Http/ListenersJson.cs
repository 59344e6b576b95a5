using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

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

    /// <summary>What is wrong at a place of the request that the parser did not take: there is no such option, or its value is not one of its own.</summary>
    public static string ProblemOf(string path)
    {
        JsonTypeInfo options = ListenersJson.Default.ListenerRequest;
        foreach (string name in path.Split('.'))
        {
            JsonPropertyInfo[] known = [.. options.Properties.Where(IsRead)];
            if (known.FirstOrDefault(one => one.Name == name) is not { } option)
            {
                return $"There is no option {path}; there are {string.Join(", ", known.Select(one => one.Name))}.";
            }
            options = options.Options.GetTypeInfo(option.PropertyType);
        }
        return $"{path} has to be {Expected(options.Type)}.";
    }

    private static bool IsRead(JsonPropertyInfo option) =>
        option.Set is not null || option.AssociatedParameter is not null;

    private static string Expected(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "text in quotes"
        : type == typeof(ListenerProtocol?)
            ? $"one of {string.Join(", ", Enum.GetNames<ListenerProtocol>().Select(JsonNamingPolicy.CamelCase.ConvertName))}"
        : "a JSON object";
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
