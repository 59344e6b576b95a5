namespace PushBridge.Connections;

/// <summary>Log events of one client connection (Debug: a busy server has thousands). Never a uid, token or payload.</summary>
internal sealed partial class ConnectionLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Debug, "Client {Connection}: closing with {Code} ({Reason})")]
    public partial void Closing(string connection, int code, string reason);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "Client {Connection}: unexpected exception, connection dropped"
    )]
    public partial void Failed(Exception exception, string connection);
}
