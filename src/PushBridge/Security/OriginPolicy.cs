using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace PushBridge.Security;

/// <summary>
/// Which pages may connect. Browsers put the page's origin into every WebSocket handshake and cannot be made to lie, so this
/// keeps foreign pages out; the Host rule keeps out those that came by DNS rebinding. Programs send no Origin and pass.
/// </summary>
internal sealed class OriginPolicy
{
    private const int MaxPrintable = 100;

    private readonly HashSet<string> origins;
    private readonly HashSet<string> hosts;
    private readonly SecurityLog log;
    private readonly bool isForBackends;

    /// <summary>The rules for clients.</summary>
    public OriginPolicy(IOptions<ClientOptions> options, SecurityLog log)
    {
        ClientOptions clients = options.Value;
        origins = new(
            clients.AllowedOrigins.Select(origin => origin.TrimEnd('/')),
            StringComparer.OrdinalIgnoreCase
        );
        hosts = new(clients.AllowedHosts, StringComparer.OrdinalIgnoreCase);
        this.log = log;
    }

    private OriginPolicy(OriginPolicy clients)
    {
        origins = [];
        hosts = clients.hosts;
        log = clients.log;
        isForBackends = true;
    }

    /// <summary>The rules for backends: the same host names, but no foreign origin at all.</summary>
    public OriginPolicy ForBackends() => new(this);

    /// <param name="host">The Host header.</param>
    /// <param name="origin">The Origin header; null when there is none.</param>
    /// <param name="isTls">Whether the request came over TLS.</param>
    /// <param name="boundTo">The address that the listener is bound to; null when listening is the embedding application's affair.</param>
    public bool Allows(string host, string? origin, bool isTls, IPAddress? boundTo)
    {
        if (!IsOurs(host, boundTo))
        {
            log.ForeignHost(PrintableHost(host), isForBackends);
            return false;
        }
        if (origin is null || origins.Contains(origin) || IsOwn(origin, host, isTls))
        {
            return true;
        }
        log.ForeignOrigin(Printable(origin), isForBackends);
        return false;
    }

    private bool IsOurs(string host, IPAddress? boundTo)
    {
        HostString authority = HostString.FromUriComponent(host);
        string name = authority.Host;
        if (host.Length > name.Length && authority.Port is null)
        {
            return false; // Something other than a port comes behind the name.
        }
        if (hosts.Contains(name))
        {
            return true;
        }
        bool isLiteral = IPAddress.TryParse(name, out IPAddress? address);
        if (boundTo is not null && IPAddress.IsLoopback(boundTo))
        {
            return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (isLiteral && IPAddress.IsLoopback(address!));
        }
        // Rebinding needs a name: an address in the Host header is what the user typed.
        return hosts.Count == 0 || (isLiteral && address!.Equals(boundTo));
    }

    private static bool IsOwn(string origin, string host, bool isTls) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? page)
        && Uri.TryCreate($"{(isTls ? "https" : "http")}://{host}", UriKind.Absolute, out Uri? own)
        && origin == page.GetLeftPart(UriPartial.Authority)
        && page.GetLeftPart(UriPartial.Authority) == own.GetLeftPart(UriPartial.Authority);

    /// <summary>A Host header as an operator may see it, for the same reason.</summary>
    private static string PrintableHost(string host) =>
        new HostString(host).Host is { Length: <= MaxPrintable } name
        && Ascii.IsValid(name)
        && Uri.CheckHostName(name) != UriHostNameType.Unknown
            ? name
            : "(malformed)";

    /// <summary>An origin as an operator may see it: nothing of a peer's making but a well-formed one.</summary>
    private static string Printable(string origin) =>
        origin.Length <= 200 && Uri.TryCreate(origin, UriKind.Absolute, out Uri? page)
            ? page.GetLeftPart(UriPartial.Authority)
        : origin == SecurityLog.NoOrigin ? origin
        : "(malformed)";
}
