using System.Globalization;
using Microsoft.Extensions.Options;

namespace PushBridge.Hosting;

/// <summary>Looks at what the server runs on, and says at start what an operator should change there.</summary>
internal sealed partial class HostChecks(
    IOptions<ClientOptions> clients,
    IOptions<TextOptions> text,
    ILogger<HostChecks> logger
) : IHostedService
{
    private const string LimitsFile = "/proc/self/limits";
    private const string LimitName = "Max open files";

    /// <summary>Listeners, files, and connections that are being refused.</summary>
    private const int OtherDescriptors = 256;

    /// <summary>Before it, one malformed frame could keep a thread of the runtime's WebSockets busy for ever (CVE-2026-62901).</summary>
    private static readonly Version SafeRuntime = new(10, 0, 11);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOutdated(Environment.Version))
        {
            Outdated(Environment.Version, SafeRuntime);
        }
        int needed = clients.Value.MaxConnections + text.Value.MaxConnections + OtherDescriptors;
        if (ReadLimit() is { } limit && limit < needed)
        {
            FewDescriptors(limit, needed);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static bool IsOutdated(Version runtime) => runtime < SafeRuntime;

    /// <summary>The soft limit of open files; null when there is none, or none to be read.</summary>
    internal static long? LimitIn(IEnumerable<string> lines)
    {
        string? line = lines.FirstOrDefault(text =>
            text.StartsWith(LimitName, StringComparison.Ordinal)
        );
        return long.TryParse(
            line?[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
            CultureInfo.InvariantCulture,
            out long limit
        )
            ? limit
            : null;
    }

    private static long? ReadLimit()
    {
        try
        {
            return File.Exists(LimitsFile) ? LimitIn(File.ReadLines(LimitsFile)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The .NET runtime is {Version}; one before {Safe} can be kept busy for ever by a malformed WebSocket frame. Update it"
    )]
    private partial void Outdated(Version version, Version safe);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The process may open {Limit} files, but PushBridge:Clients:MaxConnections and PushBridge:Text:MaxConnections need {Needed}. Raise the limit (ulimit -n, LimitNOFILE) or lower these"
    )]
    private partial void FewDescriptors(long limit, int needed);
}
