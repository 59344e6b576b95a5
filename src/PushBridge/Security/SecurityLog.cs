namespace PushBridge.Security;

/// <summary>Log events about who may come in. A flood of them is one line in ten seconds.</summary>
internal sealed partial class SecurityLog(ILogger<OriginPolicy> logger, TimeProvider time)
{
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
        else
        {
            OriginRefused(origin);
        }
    }

    public void ForeignHost()
    {
        if (interval.IsDue())
        {
            HostRefused();
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
        "A client was refused (403) because its Host header names another host. If the name is yours, add it to PushBridge:Clients:AllowedHosts"
    )]
    private partial void HostRefused();

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "A page of the origin {Origin} tried to push and was refused (403): only programs and pages of the port itself may use the API"
    )]
    private partial void BackendOriginRefused(string origin);
}
