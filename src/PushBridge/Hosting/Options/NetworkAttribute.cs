using System.ComponentModel.DataAnnotations;
using System.Net;

namespace PushBridge.Hosting.Options;

/// <summary>Validates a list of addresses and networks, such as <c>10.0.0.0/8</c>, <c>192.0.2.7</c> or <c>fd00::/8</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NetworkAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        foreach ((int index, string text) in ((IEnumerable<string>)value!).Index())
        {
            if (Parse(text) is null)
            {
                return new ValidationResult(
                    $"'{text}' is no address or network, such as 192.0.2.7, 10.0.0.0/8 or fd00::/8",
                    [$"{validationContext.MemberName}:{index}"]
                );
            }
        }
        return ValidationResult.Success;
    }

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
