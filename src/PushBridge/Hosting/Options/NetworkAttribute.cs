using System.ComponentModel.DataAnnotations;
using System.Net;

namespace PushBridge.Hosting.Options;

/// <summary>Validates a list of addresses and networks, such as <c>10.0.0.0/8</c>, <c>192.0.2.7</c> or <c>fd00::/8</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NetworkAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is IEnumerable<string> networks && networks.All(text => Parse(text) is not null);

    public override string FormatErrorMessage(string name) =>
        $"{name} must be addresses or networks, such as 192.0.2.7, 10.0.0.0/8 or fd00::/8";

    internal static IPNetwork? Parse(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            return network;
        }
        return IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
    }
}
