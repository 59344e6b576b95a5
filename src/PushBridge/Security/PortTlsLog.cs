namespace PushBridge.Security;

/// <summary>Log events of ports with TLS.</summary>
internal sealed partial class PortTlsLog(ILogger<PortTls> logger)
{
    [LoggerMessage(
        1,
        LogLevel.Information,
        "Listener {Name} has a new certificate, good until {EndsAt:u}"
    )]
    public partial void Renewed(string name, DateTime endsAt);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The files of listener {Name}'s certificate have changed, but it keeps the one it has: {Option}: {Problem}"
    )]
    public partial void NotRenewed(string name, string option, string problem);
}
