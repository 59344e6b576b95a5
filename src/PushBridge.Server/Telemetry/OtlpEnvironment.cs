using Microsoft.Extensions.Options;

namespace PushBridge.Server.Telemetry;

/// <summary>
/// What the standard variables of OpenTelemetry say about exporting metrics and traces. Read from the environment and nowhere
/// else, as the SDK reads all further variables itself.
/// </summary>
internal sealed class OtlpEnvironment
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private const string Disabled = "OTEL_SDK_DISABLED";
    private const string Otlp = "otlp";
    private const string None = "none";

    private static readonly string[] Signals = ["METRICS", "TRACES"];

    private Func<string, string?> variable = Environment.GetEnvironmentVariable;

    /// <summary>Other variables, for tests.</summary>
    public OtlpEnvironment With(IReadOnlyDictionary<string, string> variables)
    {
        variable = variables.GetValueOrDefault;
        return this;
    }

    public bool ExportsMetrics => Exports(Signals[0]);

    public bool ExportsTraces => Exports(Signals[1]);

    /// <summary>
    /// Scheme, host and port of where what is exported goes, for people; whatever else is in an endpoint may be what belongs into no log.
    /// </summary>
    public string Collectors =>
        string.Join(
            " and ",
            Signals.Where(Exports).Select(Collector).Distinct(StringComparer.Ordinal)
        );

    /// <summary>What cannot be exported by, one line each. The SDK itself would export to its default address instead.</summary>
    public IEnumerable<string> Problems()
    {
        if (IsDisabled)
        {
            yield break;
        }
        foreach (string name in Names(Endpoint))
        {
            if (Read(name) is { } url && !IsUrl(url))
            {
                yield return $"{name}: '{url}' is not an http or https URL, such as http://127.0.0.1:4318";
            }
        }
        foreach (string name in Names(Protocol))
        {
            if (Read(name) is { } protocol and not ("grpc" or "http/protobuf"))
            {
                yield return $"{name}: '{protocol}' is not grpc or http/protobuf";
            }
        }
        foreach (string name in Signals.Select(Exporter))
        {
            if (Read(name) is { } exporter and not (Otlp or None))
            {
                yield return $"{name}: '{exporter}' is not {Otlp} or {None}";
            }
        }
    }

    private bool IsDisabled =>
        string.Equals(Read(Disabled), "true", StringComparison.OrdinalIgnoreCase);

    private bool Exports(string signal) =>
        !IsDisabled
        && Read(Exporter(signal)) switch
        {
            Otlp => true,
            None => false,
            _ => Read(Endpoint) is not null || Read(Of(signal, Endpoint)) is not null,
        };

    private string Collector(string signal)
    {
        // The SDK's own defaults where the environment says nothing.
        string protocol = Read(Of(signal, Protocol)) ?? Read(Protocol) ?? "grpc";
        string usual = protocol == "grpc" ? "http://localhost:4317" : "http://localhost:4318";
        return new Uri(Read(Of(signal, Endpoint)) ?? Read(Endpoint) ?? usual).GetComponents(
            UriComponents.Scheme | UriComponents.Host | UriComponents.StrongPort,
            UriFormat.UriEscaped
        );
    }

    private static string Exporter(string signal) => $"OTEL_{signal}_EXPORTER";

    private static string Of(string signal, string name) =>
        name.Replace("_OTLP_", $"_OTLP_{signal}_", StringComparison.Ordinal);

    private static IEnumerable<string> Names(string name) =>
        Signals.Select(signal => Of(signal, name)).Prepend(name);

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    /// <summary>An empty variable counts as not set.</summary>
    private string? Read(string name) => variable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>Reports the problems with those of all other options.</summary>
internal sealed class OtlpEnvironmentRule : IValidateOptions<OtlpEnvironment>
{
    public ValidateOptionsResult Validate(string? name, OtlpEnvironment options) =>
        options.Problems().ToArray() is { Length: > 0 } problems
            ? ValidateOptionsResult.Fail(problems)
            : ValidateOptionsResult.Success;
}
