using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>The headers, and the query, that say something about a client.</summary>
internal readonly record struct ArrivalHeaders(
    string Query,
    StringValues Origin,
    StringValues Authorization,
    StringValues Cookie,
    StringValues ForwardedFor,
    StringValues ForwardedProto
)
{
    public static ArrivalHeaders Of(HttpRequest request) =>
        new(
            request.QueryString.Value ?? "",
            request.Headers.Origin,
            request.Headers.Authorization,
            request.Headers.Cookie,
            request.Headers["X-Forwarded-For"],
            request.Headers["X-Forwarded-Proto"]
        );
}

/// <summary>
/// Reads an <see cref="Arrival"/> out of a request. A token may come in the query parameter <c>access_token</c>, as browsers
/// cannot set headers on a WebSocket, or as a bearer token (RFC 6750). What <c>X-Forwarded-For</c> and
/// <c>X-Forwarded-Proto</c> say counts only when it comes from a proxy that the operator trusts.
/// </summary>
internal sealed class ArrivalReader(IOptions<ClientOptions> options)
{
    private const string Bearer = "Bearer ";

    private readonly ClientAuthenticationMode mode = options.Value.Authentication.Mode;
    private readonly bool needsCookies =
        options.Value.Authentication is { Mode: ClientAuthenticationMode.Webhook }
        && options.Value.Authentication.Webhook.ForwardCookies.Count > 0;
    private readonly NetworkList proxies = new(options.Value.TrustedProxies);

    public Arrival Read(HttpContext context) =>
        Read(
            ArrivalHeaders.Of(context.Request),
            context.Connection.RemoteIpAddress,
            context.Request.IsHttps,
            context.Features.Get<ListenerFeature>()
                ?? context.Items[typeof(ListenerFeature)] as ListenerFeature
        );

    /// <param name="headers">What the request says.</param>
    /// <param name="remote">The other end of the connection.</param>
    /// <param name="isTls">Whether the connection to us is TLS.</param>
    /// <param name="listener">The listener of ours that it came by.</param>
    public Arrival Read(
        in ArrivalHeaders headers,
        IPAddress? remote,
        bool isTls,
        ListenerFeature? listener = null
    )
    {
        IPAddress? address = remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote;
        if (proxies.Contains(address))
        {
            isTls |= IsHttps(headers.ForwardedProto);
            address = FirstUntrusted(headers.ForwardedFor) ?? address;
        }
        return new Arrival(
            address,
            isTls,
            headers.Origin.Count == 0 ? null : headers.Origin.ToString(),
            needsCookies ? string.Join("; ", headers.Cookie.ToArray()) : "",
            mode == ClientAuthenticationMode.Open ? null : TokenOf(headers)
        )
        {
            Listener = listener,
        };
    }

    private static string? TokenOf(in ArrivalHeaders headers)
    {
        if (
            headers.Query.Contains("access_token=", StringComparison.Ordinal)
            && QueryHelpers.ParseNullableQuery(headers.Query) is { } query
            && query.TryGetValue("access_token", out StringValues token)
            && token.ToString() is { Length: > 0 } text
        )
        {
            return text;
        }
        string authorization = headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : null;
    }

    private static bool IsHttps(StringValues protocols) =>
        protocols
            .ToString()
            .Split(',')[^1]
            .Trim()
            .Equals("https", StringComparison.OrdinalIgnoreCase);

    /// <summary>Each proxy appends whom it heard; the last that is no proxy of ours is the client.</summary>
    private IPAddress? FirstUntrusted(StringValues forwardedFor)
    {
        IPAddress? client = null;
        foreach (string entry in forwardedFor.ToString().Split(',').Reverse())
        {
            if (!IPAddress.TryParse(entry.Trim(), out IPAddress? address))
            {
                return client;
            }
            client = address;
            if (!proxies.Contains(address))
            {
                return client;
            }
        }
        return client;
    }
}
