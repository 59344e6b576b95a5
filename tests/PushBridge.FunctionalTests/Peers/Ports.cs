using System.Net;
using System.Net.Sockets;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>One that nobody has at this moment, for who cannot take port 0.</summary>
    public static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
