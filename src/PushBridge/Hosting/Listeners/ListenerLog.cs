namespace PushBridge.Hosting.Listeners;

/// <summary>Log events of listeners.</summary>
internal sealed partial class ListenerLog(ILogger<ListenerTable> logger)
{
    [LoggerMessage(1, LogLevel.Information, "Listener {Name} opened: {Protocol} on {Listen}")]
    public partial void Opened(string name, ListenerProtocol protocol, string listen);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "Listener {Name} closed; {Connections} of its connections stay"
    )]
    public partial void Closed(string name, int connections);

    [LoggerMessage(3, LogLevel.Warning, "The configuration was changed, but: {Problem}")]
    public partial void NotApplied(string problem);

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "The configuration was changed, but everything stays as it is: {Problem}"
    )]
    public partial void Refused(string problem);

    [LoggerMessage(
        9,
        LogLevel.Warning,
        "The configuration was changed; this takes effect with the next start: {Options}"
    )]
    public partial void Waiting(string options);

    [LoggerMessage(4, LogLevel.Warning, "Insecure, as configured: {Problem}")]
    public partial void Insecure(string problem);

    [LoggerMessage(
        7,
        LogLevel.Information,
        "New connections go to the other processes on the same addresses: {Names}"
    )]
    public partial void HandingOver(string names);

    [LoggerMessage(8, LogLevel.Warning, "{Option} is not listened on: {Problem}")]
    public partial void NotOpened(string option, string problem);

    [LoggerMessage(6, LogLevel.Error, "The changed configuration was not applied")]
    public partial void ReloadFailed(Exception exception);

    [LoggerMessage(5, LogLevel.Error, "Listener {Name} accepts no more connections")]
    public partial void AcceptFailed(Exception exception, string name);
}
