using System.Net;
using System.Net.Sockets;

namespace PushBridge.Hosting.Listeners;

/// <summary>Whether two addresses would be one to somebody who connects.</summary>
internal static class AddressOverlap
{
    public static bool Between(EndPoint open, EndPoint wanted) =>
        open is IPEndPoint a && wanted is IPEndPoint b
            ? a.Port == b.Port
                && (
                    a.Address.Equals(b.Address)
                    || IsEvery(a.Address, b.AddressFamily)
                    || IsEvery(b.Address, a.AddressFamily)
                )
            : open.ToString() == wanted.ToString();

    /// <summary>[::] is every address of both families.</summary>
    private static bool IsEvery(IPAddress address, AddressFamily family) =>
        address.Equals(IPAddress.IPv6Any)
        || (address.Equals(IPAddress.Any) && family == AddressFamily.InterNetwork);
}
