using System.ComponentModel.DataAnnotations;
using PushBridge.Connections;

namespace PushBridge.Hosting.Options;

/// <summary>Browsers and other clients: where they connect and what one of them may do. Section <c>PushBridge:Clients</c>.</summary>
public sealed class ClientOptions : IValidatableObject
{
    internal const string Section = "PushBridge:Clients";

    /// <summary>Address and port of raw WebSocket, SignalR and the demo page; port 0 takes a free one. Default 127.0.0.1:1234.</summary>
    [Required, ListenAddress]
    public string Listen { get; set; } = "127.0.0.1:1234";

    /// <summary>Whether the clients' port is ours at all; an embedding application has listeners of its own.</summary>
    internal bool HasOwnListener { get; set; }

    /// <summary>Certificate that makes the clients' port TLS (https, wss); without a path it is plain.</summary>
    public CertificateOptions Certificate { get; set; } = new();

    /// <summary>
    /// PEM file of the authorities that vouch for clients: every client then needs a certificate signed by one of them, besides what
    /// <see cref="Authentication"/> asks for. Default none.
    /// </summary>
    [CertificateAuthority]
    public string? ClientCertificateAuthority { get; set; }

    /// <summary>How clients prove who they are; by default they are believed.</summary>
    public ClientAuthenticationOptions Authentication { get; set; } = new();

    /// <summary>Foreign origins whose pages may connect, such as <c>https://app.example.com</c>. The page's own origin always may.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Names this server goes by in a Host header, without port, besides the address it listens on; on loopback the loopback names always count.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Live client connections of all kinds; above it new ones get 503. 1 to 1,000,000, default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Connections one address may have; above it new ones get 503. An IPv6 address counts as its network of 64 bits. 0 to 1,000,000, 0 for no limit; default 2,000.</summary>
    [Range(0, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 2_000;

    /// <summary>New connections a second, with bursts of two seconds' worth; above it clients get 503 and come back later, as after a restart. 10 to 1,000,000, default 2,000.</summary>
    [Range(10, 1_000_000)]
    public int MaxConnectsPerSecond { get; set; } = 2_000;

    /// <summary>New connections a second from one address, with bursts of four seconds' worth; above it clients get 429. 0 to 1,000,000, 0 for no limit; default 100.</summary>
    [Range(0, 1_000_000)]
    public int MaxConnectsPerSecondPerAddress { get; set; } = 100;

    /// <summary>Whether the limits for one address hold for loopback, too: a proxy on this machine that is not among <see cref="TrustedProxies"/> would be one address. Default false.</summary>
    public bool LimitLoopback { get; set; }

    /// <summary>Addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto headers are believed, such as <c>10.0.0.0/8</c>. Default none.</summary>
    [Network]
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Connections that may share a uid; the next one is closed with 4409. 1 to 100,000, default 64.</summary>
    [Range(1, 100_000)]
    public int MaxConnectionsPerUid { get; set; } = 64;

    /// <summary>Groups that hub clients may join by themselves: names, or beginnings of names followed by <c>*</c>. Default none.</summary>
    public IList<string> JoinableGroups { get; } = [];

    /// <summary>Groups of its own choice that one client may be in at a time. 1 to 10,000, default 100.</summary>
    [Range(1, 10_000)]
    public int MaxJoinedGroups { get; set; } = 100;

    /// <summary>Time for a client to send its request head, and again to say who it is (4408). Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan HelloTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest message a client may send, in bytes (1009). 256 to 1,048,576, default 8,192.</summary>
    [Range(256, 1_048_576)]
    public int MaxMessageBytes { get; set; } = 8_192;

    /// <summary>Fragments one message may come in (1008). 1 to 100,000, default 64.</summary>
    [Range(1, 100_000)]
    public int MaxFragments { get; set; } = 64;

    /// <summary>Time for one message to arrive whole, from its first byte (1008). Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a second a client may send for long; bursts of four seconds' worth pass (1008). Default 65,536.</summary>
    [Range(1_024, int.MaxValue / 8)]
    public int MaxInboundBytesPerSecond { get; set; } = 65_536;

    /// <summary>How often a raw WebSocket client is pinged. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a raw WebSocket client may send nothing at all, pongs included, before it is dropped. Default 40 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "02:00:00")]
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(40);

    IEnumerable<ValidationResult> IValidatableObject.Validate(
        ValidationContext validationContext
    ) =>
        [
            .. MissingKey(),
            .. EarlySilence(),
            .. EntryRules.Problems(
                nameof(AllowedOrigins),
                AllowedOrigins,
                IsOrigin,
                "is no origin: scheme and host, and a port if it is not the scheme's own, such as https://app.example.com"
            ),
            .. EntryRules.Problems(
                nameof(AllowedHosts),
                AllowedHosts,
                IsHost,
                "is no host: a name or an address without scheme and port, such as push.example.com"
            ),
            .. EntryRules.Problems(
                nameof(JoinableGroups),
                JoinableGroups,
                group => UidRules.IsValid(group),
                "is no name of a group: 1 to 256 bytes without control characters, the last may be *"
            ),
        ];

    private ValidationResult[] EarlySilence() =>
        SilenceTimeout > PingInterval
            ? []
            :
            [
                new(
                    "must be longer than PingInterval, or every quiet client is dropped before it is asked",
                    [nameof(SilenceTimeout)]
                ),
            ];

    private ValidationResult[] MissingKey()
    {
        const string parent = nameof(Authentication);
        return Authentication switch
        {
            {
                Mode: ClientAuthenticationMode.Token,
                Token: { Keys.Count: 0, JwksUrl: null or "" }
            } =>
            [
                new(
                    "the mode Token needs a key: set Keys:0:Secret to at least 32 random bytes, or JwksUrl",
                    [$"{parent}:{nameof(Authentication.Token)}"]
                ),
            ],
            { Mode: ClientAuthenticationMode.Webhook, Webhook.Url: null or "" } =>
            [
                new(
                    "the mode Webhook needs the URL to ask",
                    [
                        $"{parent}:{nameof(Authentication.Webhook)}:{nameof(Authentication.Webhook.Url)}",
                    ]
                ),
            ],
            _ => [],
        };
    }

    private static bool IsHost(string text) =>
        Uri.CheckHostName(text)
            is UriHostNameType.Dns
                or UriHostNameType.IPv4
                or UriHostNameType.IPv6;

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(
            uri.GetLeftPart(UriPartial.Authority),
            text.TrimEnd('/'),
            StringComparison.OrdinalIgnoreCase
        );
}
