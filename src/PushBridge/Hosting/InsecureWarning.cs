using Microsoft.Extensions.Options;

namespace PushBridge.Hosting;

/// <summary>Says again and again what an insecure configuration leaves open, so that nobody gets used to not knowing.</summary>
internal sealed partial class InsecureWarning(
    Exposure exposure,
    IOptions<ServerOptions> options,
    TimeProvider time,
    ILogger<InsecureWarning> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IReadOnlyList<string> problems = options.Value.Insecure
            ? exposure.Problems(options.Value)
            : [];
        if (problems.Count == 0)
        {
            return;
        }
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            foreach (string problem in problems)
            {
                Open(problem);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "Insecure, as configured: {Problem}")]
    private partial void Open(string problem);
}
