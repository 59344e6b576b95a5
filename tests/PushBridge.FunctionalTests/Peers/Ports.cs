using System.Net;
using System.Net.Sockets;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    // Below the ports that systems hand out for port 0 and for outgoing connections, of which these tests make thousands: one of those might be gone before it is used.
    private const int First = 12_000;
    private const int Count = 20_000;

    private static int last = Random.Shared.Next(Count);

    /// <summary>One that nobody has at this moment, and that is nobody else's who asks here, for who cannot take port 0.</summary>
    public static int Free()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref last) % Count);
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException exception)
                when (exception.SocketErrorCode
                        is SocketError.AddressAlreadyInUse
                            or SocketError.AccessDenied
                )
            {
                // The next one.
            }
        }
        throw new InvalidOperationException("No port is free.");
    }

    /// <summary>Checks that nobody listens there.</summary>
    public static async Task IsRefusedAsync(IPEndPoint closed)
    {
        using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
        Func<Task> connect = () => probe.ConnectAsync(closed);
        (await connect.Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should()
            .Be(SocketError.ConnectionRefused);
    }
}
