using System.Net;
using System.Net.Sockets;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// An address on its way through the web server's transport to where the socket is made, with what only we know about it; and the socket on its way back.
/// </summary>
internal sealed class PlannedEndPoint(IPEndPoint address, bool reusePort)
    : IPEndPoint(address.Address, address.Port)
{
    /// <summary>The listening socket; null until it is bound.</summary>
    public Socket? Socket { get; private set; }

    public Socket Bind() => Socket = ListenSocket.Bind(new IPEndPoint(Address, Port), reusePort);
}
