using Microsoft.Extensions.Logging;

namespace PushBridge.Client;

/// <summary>Log events of the client. Never a payload or a name.</summary>
internal sealed partial class PushClientLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Information, "Connected to the PushBridge server")]
    public partial void Connected();

    [LoggerMessage(
        2,
        LogLevel.Information,
        "The connection to the PushBridge server was lost ({Reason}); the next command connects again"
    )]
    public partial void Lost(string reason);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Cannot connect to the PushBridge server ({Reason}); the commands that waited for it were not sent"
    )]
    public partial void CannotConnect(string reason);
}
