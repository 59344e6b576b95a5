using System.Net;
using System.Net.Sockets;

namespace PushBridge.Hosting;

/// <summary>An address that could not be listened on; the message is one line for an operator.</summary>
/// <param name="message">The line.</param>
/// <param name="isInUse">Whether somebody else listens there.</param>
/// <param name="cause">What the system says; null when we know it ourselves.</param>
internal sealed class ListenException(string message, bool isInUse, Exception? cause)
    : IOException(message, cause)
{
    public bool IsInUse => isInUse;

    public static ListenException Of(EndPoint endPoint, Exception cause)
    {
        Exception root = cause.GetBaseException();
        bool isInUse = root is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };
        string why = isInUse ? "the address is in use by another process" : root.Message;
        return new ListenException($"Cannot listen on {endPoint}: {why}", isInUse, cause);
    }

    /// <param name="endPoint">Where.</param>
    /// <param name="listener">The listener of ours that listens there.</param>
    public static ListenException Taken(EndPoint endPoint, string listener) =>
        new($"Cannot listen on {endPoint}: the listener {listener} does", isInUse: true, null);
}
