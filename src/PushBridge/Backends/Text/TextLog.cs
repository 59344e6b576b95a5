using System.Net;
using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>Log events of the text port. Never a line's content; what peers can cause at will is one line in ten seconds.</summary>
internal sealed partial class TextLog(ILogger<TextListener> logger, TimeProvider time)
{
    private readonly LogInterval lines = new(time);
    private readonly LogInterval accepts = new(time);
    private readonly LogInterval handshakes = new(time);

    public void UnterminatedLine()
    {
        if (lines.IsDue())
        {
            LineUnterminated();
        }
    }

    public void AcceptFailed(SocketError error)
    {
        if (accepts.IsDue())
        {
            NotAccepted(error);
        }
    }

    public void Full(int limit)
    {
        if (accepts.IsDue())
        {
            TurnedAway(limit);
        }
    }

    public void FullForAddress(int limit)
    {
        if (accepts.IsDue())
        {
            AddressTurnedAway(limit);
        }
    }

    public void HandshakeFailed(IPAddress? address, string reason)
    {
        if (handshakes.IsDue())
        {
            NoTls(address?.ToString() ?? "a Unix socket", reason);
        }
    }

    [LoggerMessage(3, LogLevel.Error, "A backend connection ended with an unexpected exception")]
    public partial void ConnectionFailed(Exception exception);

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "A backend ended its connection in the middle of a line; a line ends with a newline, and what came before the missing one was not delivered"
    )]
    private partial void LineUnterminated();

    [LoggerMessage(2, LogLevel.Warning, "Accepting backends failed ({Error}); trying again")]
    private partial void NotAccepted(SocketError error);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "A backend was turned away: {Limit} backends are connected (PushBridge:Text:MaxConnections)"
    )]
    private partial void TurnedAway(int limit);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "A backend was turned away: its address has {Limit} connections (PushBridge:Text:MaxConnectionsPerAddress)"
    )]
    private partial void AddressTurnedAway(int limit);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "A backend at {Address} did not get through the TLS handshake of the text port: {Reason}"
    )]
    private partial void NoTls(string address, string reason);
}
