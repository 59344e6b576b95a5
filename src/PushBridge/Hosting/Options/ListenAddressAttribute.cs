using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PushBridge.Hosting.Options;

/// <summary>
/// Validates <c>ADDRESS:PORT</c> with a literal IP address (IPv6 in brackets) or <c>localhost</c>, and a port from 0 to 65535; where it is allowed, also
/// <c>unix:/path</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ListenAddressAttribute : ValidationAttribute
{
    private const string UnixScheme = "unix:";

    /// <summary>Whether a Unix socket will do.</summary>
    public bool AllowsUnix { get; init; }

    public override bool IsValid(object? value) =>
        value is string text
        && Parse(text) is { } endPoint
        && (AllowsUnix || endPoint is IPEndPoint);

    public override string FormatErrorMessage(string name) =>
        AllowsUnix
            ? $"{name} must be ADDRESS:PORT, such as 127.0.0.1:1234 or [::1]:1234, or unix:/PATH with at most about 90 bytes"
            : $"{name} must be ADDRESS:PORT, such as 127.0.0.1:1234 or [::1]:1234";

    /// <summary>Null when it is no address.</summary>
    internal static EndPoint? Parse(string text) =>
        text.StartsWith(UnixScheme, StringComparison.Ordinal) ? Unix(text[UnixScheme.Length..])
        : TryParse(text, out IPEndPoint endPoint) ? endPoint
        : null;

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

    /// <summary>The name of a socket's file until it listens: beside it, and no other process's.</summary>
    internal static string Unfinished(string path) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}");

    private static UnixDomainSocketEndPoint? Unix(string path)
    {
        // unix:///path is how clients write it.
        path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
        if (path is not ['/', not '/', ..] || path.EndsWith('/') || path.Any(char.IsControl))
        {
            return null;
        }
        try
        {
            _ = new UnixDomainSocketEndPoint(Unfinished(path));
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            return null; // Longer than the system allows for a socket's path.
        }
    }
}
