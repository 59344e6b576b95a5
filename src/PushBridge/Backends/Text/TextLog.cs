namespace PushBridge.Backends.Text;

/// <summary>Log events of the text port. Never a line's content.</summary>
internal sealed partial class TextLog(ILogger<TextListener> logger)
{
    [LoggerMessage(
        1,
        LogLevel.Warning,
        "A backend ended its connection in the middle of a line; a line ends with a newline, and what came before the missing one was not delivered"
    )]
    public partial void UnterminatedLine();

    [LoggerMessage(2, LogLevel.Warning, "Accepting backends failed ({Error}); trying again")]
    public partial void AcceptFailed(System.Net.Sockets.SocketError error);

    [LoggerMessage(3, LogLevel.Error, "A backend connection ended with an unexpected exception")]
    public partial void ConnectionFailed(Exception exception);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "A backend was turned away: {Limit} backends are connected (PushBridge:Text:MaxConnections)"
    )]
    public partial void Full(int limit);
}
