using System.Net;

namespace PushBridge.Hosting;

/// <summary>An address that could not be listened on; the message is one line for an operator.</summary>
internal sealed class ListenException(EndPoint endPoint, Exception cause)
    : IOException($"Cannot listen on {endPoint}: {Why(cause)}", cause)
{
    private static string Why(Exception cause)
    {
        Exception root = cause.GetBaseException();
        return
            root
                is System.Net.Sockets.SocketException
                {
                    SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse
                }
            ? "the address is in use by another process"
            : root.Message;
    }
}
