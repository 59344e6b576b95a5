using System.Net;
using System.Net.Sockets;

namespace PushBridge.Hosting;

/// <summary>An address that could not be listened on; the message is one line for an operator.</summary>
/// <param name="message">The line.</param>
/// <param name="failure">What that is to whoever asked for it.</param>
/// <param name="cause">What the system says; null when we know it ourselves.</param>
internal sealed class ListenException(string message, ListenerFailure failure, Exception? cause)
    : IOException(message, cause)
{
    public ListenerFailure Failure => failure;

    public static ListenException Of(EndPoint endPoint, Exception cause)
    {
        Exception root = cause.GetBaseException();
        bool isInUse = root is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };
        string why =
            isInUse ? "the address is in use by another process"
            : endPoint is UnixDomainSocketEndPoint && FolderOf(endPoint) is { } missing
                ? $"there is no folder {missing}"
            : root.Message;
        return new ListenException(
            $"Cannot listen on {endPoint}: {why}",
            isInUse ? ListenerFailure.AddressInUse : ListenerFailure.AddressUnavailable,
            cause
        );
    }

    /// <param name="endPoint">Where.</param>
    /// <param name="listener">The listener of ours that listens there.</param>
    public static ListenException Taken(EndPoint endPoint, string listener) =>
        new(
            $"Cannot listen on {endPoint}: the listener {listener} does",
            ListenerFailure.AddressInUse,
            null
        );

    /// <summary>The folder of a socket's file, if it is missing.</summary>
    private static string? FolderOf(EndPoint endPoint) =>
        Path.GetDirectoryName(endPoint.ToString()) is { } folder && !Directory.Exists(folder)
            ? folder
            : null;
}
