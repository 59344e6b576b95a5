using System.Net;

namespace PushBridge.Security;

/// <summary>Addresses and networks (CIDR) from the configuration.</summary>
internal sealed class NetworkList(IEnumerable<string> networks)
{
    private readonly IPNetwork[] networks =
    [
        .. networks.Select(text => NetworkAttribute.Parse(text)!.Value),
    ];

    public bool IsEmpty => networks.Length == 0;

    public bool Contains(IPAddress? address) =>
        address is not null && Array.Exists(networks, network => network.Contains(address));
}
