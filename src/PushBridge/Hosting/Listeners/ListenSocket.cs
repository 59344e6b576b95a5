using System.Net;
using System.Net.Sockets;

namespace PushBridge.Hosting.Listeners;

/// <summary>Binds the sockets of all TCP listeners in the same way.</summary>
internal static class ListenSocket
{
    /// <summary>SOL_SOCKET and SO_REUSEPORT of Linux.</summary>
    private const int SocketLevel = 1;
    private const int ReusePort = 15;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);
    private static readonly byte[] On = [1, 0, 0, 0];

    /// <summary>How long somebody who connects all the time can put the closing off.</summary>
    private static readonly TimeSpan EmptyTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Waits until nobody is in the kernel's queue who has connected and was not accepted: closing the socket would reset them. To be closed at once afterwards.
    /// </summary>
    public static async Task EmptiedAsync(Socket listener)
    {
        long started = Ending.Time.GetTimestamp();
        while (
            listener.Poll(0, SelectMode.SelectRead)
            && Ending.Time.GetElapsedTime(started) < EmptyTimeout
        )
        {
            await Task.Delay(Poll, Ending.Time);
        }
    }

    /// <param name="address">Where to; [::] is every address, not every IPv6 one.</param>
    /// <param name="reusePort">Whether others may bind to it, too, if they say the same.</param>
    public static Socket Bind(IPEndPoint address, bool reusePort)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }
            if (reusePort)
            {
                socket.SetRawSocketOption(SocketLevel, ReusePort, On);
            }
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
