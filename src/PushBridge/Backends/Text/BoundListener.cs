using System.Net;
using System.Net.Sockets;

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

    /// <param name="listen">A valid address (<see cref="ListenAddressAttribute"/>).</param>
    public static BoundListener Open(string listen)
    {
        EndPoint endPoint = ListenAddressAttribute.Parse(listen)!;
        try
        {
            if (endPoint is not IPEndPoint address)
            {
                UnixSocketFile unix = UnixSocketFile.Listen(endPoint.ToString()!, Backlog);
                return new BoundListener(unix.Listener, unix, endPoint);
            }
            Socket socket = Bind(address);
            return new BoundListener(socket, file: null, socket.LocalEndPoint!);
        }
        catch (Exception exception)
            when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new ListenException(endPoint, exception);
        }
    }

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

    private static Socket Bind(IPEndPoint address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As the web server does with its own ports: [::] is every address, not every IPv6 one.
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }
            socket.Bind(address);
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
