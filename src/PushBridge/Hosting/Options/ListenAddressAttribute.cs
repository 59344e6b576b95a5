using System.ComponentModel.DataAnnotations;
using System.Net;

namespace PushBridge.Hosting.Options;

/// <summary>Validates <c>ADDRESS:PORT</c> with a literal IP address (IPv6 in brackets) or <c>localhost</c>, and a port from 0 to 65535.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ListenAddressAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is string text && TryParse(text, out _);

    public override string FormatErrorMessage(string name) =>
        $"{name} must be ADDRESS:PORT, such as 127.0.0.1:1234 or [::1]:1234";

    internal static bool TryParse(string text, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        string literal = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
            ? "127.0.0.1" + text["localhost".Length..]
            : text;
        int colon = literal.LastIndexOf(':');
        bool hasPort =
            colon > 0
            && colon > literal.LastIndexOf(']')
            && (literal[0] == '[' || literal.IndexOf(':', StringComparison.Ordinal) == colon);
        if (!hasPort || !IPEndPoint.TryParse(literal, out IPEndPoint? parsed))
        {
            return false;
        }
        endPoint = parsed;
        return true;
    }
}
