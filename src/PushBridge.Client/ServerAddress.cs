using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace PushBridge.Client;

/// <summary>Where the server's text port is: <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>.</summary>
internal sealed class ServerAddress
{
    public const string Expected =
        "must be tcp://HOST:PORT, such as tcp://127.0.0.1:5678, or tls://HOST:PORT, or unix:/PATH";

    private const string TcpScheme = "tcp://";
    private const string TlsScheme = "tls://";
    private const string UnixScheme = "unix:";

    private readonly EndPoint endPoint;
    private readonly string text;

    private ServerAddress(EndPoint endPoint, string text)
    {
        this.endPoint = endPoint;
        this.text = text;
    }

    /// <summary>The name or address that the server's certificate must be for; null without TLS.</summary>
    public string? TlsHost { get; private init; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out ServerAddress? address)
    {
        EndPoint? parsed = text switch
        {
            null => null,
            _ when text.StartsWith(TcpScheme, StringComparison.OrdinalIgnoreCase) => Tcp(text),
            _ when text.StartsWith(TlsScheme, StringComparison.OrdinalIgnoreCase) => Tcp(text),
            _ when text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase) => Unix(text),
            _ => null,
        };
        address = parsed is null
            ? null
            : new ServerAddress(parsed, text!) { TlsHost = TlsHostOf(parsed, text!) };
        return address is not null;
    }

    /// <summary>Connects, or throws a <see cref="SocketException"/>; the caller owns the socket.</summary>
    public async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        Socket socket =
            endPoint.AddressFamily == AddressFamily.Unix
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override string ToString() => text;

    private static EndPoint? Tcp(string text)
    {
        bool valid =
            Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && uri is { Port: > 0, PathAndQuery: "/" or "", UserInfo: "", Fragment: "" }
            && uri.Host.Length > 0;
        if (!valid)
        {
            return null;
        }
        return IPAddress.TryParse(uri!.Host.Trim('[', ']'), out IPAddress? literal)
            ? new IPEndPoint(literal, uri.Port)
            : new DnsEndPoint(uri.DnsSafeHost, uri.Port);
    }

    private static string? TlsHostOf(EndPoint endPoint, string text) =>
        !text.StartsWith(TlsScheme, StringComparison.OrdinalIgnoreCase) ? null
        : endPoint is DnsEndPoint name ? name.Host
        : ((IPEndPoint)endPoint).Address.ToString();

    private static UnixDomainSocketEndPoint? Unix(string text)
    {
        string path = text[UnixScheme.Length..];
        if (path.StartsWith("///", StringComparison.Ordinal))
        {
            path = path[2..];
        }
        try
        {
            return path is ['/', not '/', ..] ? new UnixDomainSocketEndPoint(path) : null;
        }
        catch (ArgumentException)
        {
            return null; // Longer than the system allows for a socket's path (about 100 bytes).
        }
    }
}
