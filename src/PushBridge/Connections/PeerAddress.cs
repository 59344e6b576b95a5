using System.Net;

namespace PushBridge.Connections;

/// <summary>What counts as one peer where something is limited for each address.</summary>
internal static class PeerAddress
{
    private const int NetworkBytes = 8;

    /// <summary>The address as it is in lists: IPv4 is IPv4 also on a socket that takes both.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>The address, or for IPv6 its network of 64 bits: whoever has one address there has all of them.</summary>
    public static IPAddress Limited(IPAddress address)
    {
        IPAddress plain = Plain(address);
        if (plain.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            return plain;
        }
        byte[] bytes = plain.GetAddressBytes();
        if (!IPAddress.IsLoopback(plain))
        {
            bytes.AsSpan(NetworkBytes).Clear();
        }
        return new IPAddress(bytes);
    }

    /// <summary>The same, null for what has no limit: a peer without an address, and this machine unless it counts.</summary>
    public static IPAddress? Limited(IPAddress? address, bool countsLoopback) =>
        address is null || (!countsLoopback && IPAddress.IsLoopback(Plain(address)))
            ? null
            : Limited(address);
}
