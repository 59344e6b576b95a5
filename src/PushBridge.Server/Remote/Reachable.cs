using System.Net;

namespace PushBridge.Server.Remote;

/// <summary>A wildcard address is where one listens, not where one connects to.</summary>
internal static class Reachable
{
    public static IPEndPoint Of(IPEndPoint listener) =>
        listener.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, listener.Port)
        : listener.Address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(IPAddress.IPv6Loopback, listener.Port)
        : listener;

    public static Uri Of(Uri listener) =>
        IPAddress.TryParse(listener.Host.Trim('[', ']'), out IPAddress? address)
            ? new Uri($"{listener.Scheme}://{Of(new IPEndPoint(address, listener.Port))}")
            : listener;
}
