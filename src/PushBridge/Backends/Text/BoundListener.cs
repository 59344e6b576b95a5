using System.Net;
using System.Net.Sockets;
using PushBridge.Hosting.Listeners;

namespace PushBridge.Backends.Text;

/// <summary>The text port's listening socket, TCP or Unix, and what an accepted one is set to.</summary>
internal sealed class BoundListener : IDisposable
{
    private const int Backlog = 4096;
    private const SocketOptionLevel Tcp = SocketOptionLevel.Tcp;
    private const int KeepAliveSeconds = 60;
    private const int KeepAliveIntervalSeconds = 10;
    private const int KeepAliveRetries = 3;

    private readonly Socket listener;
    private readonly UnixSocketFile? file;

    private BoundListener(Socket listener, UnixSocketFile? file, EndPoint endPoint)
    {
        this.listener = listener;
        this.file = file;
        EndPoint = endPoint;
    }

    /// <summary>Where it listens, with the real port.</summary>
    public EndPoint EndPoint { get; }

    /// <param name="endPoint">Where to.</param>
    /// <param name="reusePort">Whether others may listen there, too, if they say the same.</param>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    public static BoundListener Open(EndPoint endPoint, bool reusePort)
    {
        try
        {
            if (endPoint is not IPEndPoint address)
            {
                UnixSocketFile unix = UnixSocketFile.Listen(endPoint.ToString()!, Backlog);
                return new BoundListener(unix.Listener, unix, endPoint);
            }
            Socket socket = Listen(address, reusePort);
            return new BoundListener(socket, file: null, socket.LocalEndPoint!);
        }
        catch (Exception exception)
            when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            throw ListenException.Of(endPoint, exception);
        }
    }

    public Socket Socket => listener;

    public Socket Accept() => listener.Accept();

    /// <summary>False when it was reset before it was accepted.</summary>
    public static bool TryConfigure(Socket socket)
    {
        try
        {
            socket.Blocking = false;
            if (socket.AddressFamily != AddressFamily.Unix)
            {
                ConfigureTcp(socket);
            }
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        file?.Dispose();
        listener.Dispose();
    }

    private static Socket Listen(IPEndPoint address, bool reusePort)
    {
        Socket socket = ListenSocket.Bind(address, reusePort);
        try
        {
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void ConfigureTcp(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(
            Tcp,
            SocketOptionName.TcpKeepAliveInterval,
            KeepAliveIntervalSeconds
        );
        socket.SetSocketOption(Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveRetries);
        TextConnection.AcknowledgeAtOnce(socket);
    }
}
