using System.Reflection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PushBridge.Observability;

namespace PushBridge.Server.Telemetry;

/// <summary>
/// Exports the meters and spans of the server to a collector, when the environment names one. Where and how is the SDK's to read
/// from the <c>OTEL_*</c> variables.
/// </summary>
internal sealed class OtlpExport(
    IOptions<OtlpEnvironment> environment,
    ILogger<OtlpExport> logger,
    TimeProvider time
) : IHostedService, IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    /// <summary>How long the last numbers may take; a collector that does not answer does not hold the end up.</summary>
    private const int FlushMilliseconds = 1_000;

    private OtlpTrouble? trouble;
    private OpenTelemetrySdk? sdk;

    /// <summary>Before everything else, so that it stops last and exports what happened until then.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<OtlpEnvironment>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<OtlpEnvironment>, OtlpEnvironmentRule>();
        services.AddHostedService<OtlpExport>();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        OtlpEnvironment asked = environment.Value;
        if (asked.ExportsMetrics || asked.ExportsTraces)
        {
            trouble = new OtlpTrouble(logger, asked.Collectors, time);
            sdk = OpenTelemetrySdk.Create(telemetry => Configure(telemetry, asked));
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // Both at a time, so that a collector that hangs costs the limit once.
        Parallel.Invoke(
            () => sdk?.MeterProvider.Shutdown(FlushMilliseconds),
            () => sdk?.TracerProvider.Shutdown(FlushMilliseconds)
        );
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        sdk?.Dispose();
        trouble?.Dispose();
    }

    private static void Configure(IOpenTelemetryBuilder telemetry, OtlpEnvironment asked)
    {
        telemetry.UseOtlpExporter().ConfigureResource(Describe);
        if (asked.ExportsMetrics)
        {
            telemetry.WithMetrics(metrics =>
                metrics.AddMeter(ServerMetrics.MeterName, RuntimeMeter)
            );
        }
        if (asked.ExportsTraces)
        {
            telemetry.WithTracing(traces => traces.AddSource(CommandTrace.SourceName));
        }
    }

    /// <summary>What <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> say goes before our own.</summary>
    private static void Describe(ResourceBuilder resource) =>
        resource
            .Clear()
            .AddTelemetrySdk()
            .AddService(
                "pushbridge",
                serviceVersion: typeof(OtlpExport)
                    .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                    .InformationalVersion
            )
            .AddEnvironmentVariableDetector();
}
