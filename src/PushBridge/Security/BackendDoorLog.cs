using System.Net;

namespace PushBridge.Security;

/// <summary>Log events about backends that were kept out. Never what they presented; a flood of them is one line in ten seconds.</summary>
internal sealed partial class BackendDoorLog(ILogger<BackendDoor> logger, TimeProvider time)
{
    private readonly LogInterval networks = new(time);
    private readonly LogInterval secrets = new(time);
    private readonly LogInterval missing = new(time);

    public void NotAllowed(IPAddress address)
    {
        if (networks.IsDue())
        {
            ForeignNetwork(address);
        }
    }

    public void WrongSecret(IPAddress? address)
    {
        if (secrets.IsDue())
        {
            Wrong(address?.ToString() ?? "a Unix socket");
        }
    }

    public void NoSecret(IPAddress? address)
    {
        if (missing.IsDue())
        {
            Missing(address?.ToString() ?? "a Unix socket");
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "A backend at {Address} was dropped: the address is in none of PushBridge:Backends:AllowedNetworks"
    )]
    private partial void ForeignNetwork(IPAddress address);

    [LoggerMessage(2, LogLevel.Warning, "A backend at {Address} presented a wrong secret")]
    private partial void Wrong(string address);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "A backend at {Address} presented no secret and was refused (PushBridge:Backends:Secrets)"
    )]
    private partial void Missing(string address);
}
