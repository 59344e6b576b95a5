namespace PushBridge.Security;

/// <summary>Log events about who may come in. A flood of them is one line in ten seconds.</summary>
internal sealed partial class SecurityLog(ILogger<OriginPolicy> logger, TimeProvider time)
{
    /// <summary>What browsers say for pages that have no origin (RFC 6454, 7.1).</summary>
    public const string NoOrigin = "null";

    private readonly LogInterval interval = new(time);

    public void ForeignOrigin(string origin, bool isBackend)
    {
        if (!interval.IsDue())
        {
            return;
        }
        if (isBackend)
        {
            BackendOriginRefused(origin);
        }
        else if (origin == NoOrigin)
        {
            NoOriginRefused();
        }
        else
        {
            OriginRefused(origin);
        }
    }

    public void ForeignHost(string host, bool isBackend)
    {
        if (!interval.IsDue())
        {
            return;
        }
        if (isBackend)
        {
            BackendHostRefused(host);
        }
        else
        {
            HostRefused(host);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "A page of the origin {Origin} was refused (403). If it is yours, add the origin to PushBridge:Clients:AllowedOrigins"
    )]
    private partial void OriginRefused(string origin);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "A client was refused (403) because its Host header names {Host}. If the name is yours, add it to PushBridge:Clients:AllowedHosts"
    )]
    private partial void HostRefused(string host);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "A page of the origin {Origin} tried to push and was refused (403): only programs and pages of the port itself may use the API"
    )]
    private partial void BackendOriginRefused(string origin);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "A page without an origin was refused (403), such as one that was opened from a file: no setting lets it in. Serve the page over http"
    )]
    private partial void NoOriginRefused();

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "A request to an HTTP port was refused (403) because its Host header names {Host}. If the name is yours, add it to PushBridge:Clients:AllowedHosts"
    )]
    private partial void BackendHostRefused(string host);
}
