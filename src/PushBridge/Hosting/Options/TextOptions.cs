using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;

namespace PushBridge.Hosting.Options;

/// <summary>The text port: backends write one JSON command a line. Section <c>PushBridge:Text</c>.</summary>
public sealed class TextOptions : IValidatableObject
{
    internal const string Section = "PushBridge:Text";

    /// <summary>
    /// Address and port; port 0 takes a free one. Or <c>unix:/path</c>: a socket that its owner and its group may connect to (mode 0660), and nobody
    /// else. Default 127.0.0.1:5678.
    /// </summary>
    [Required, ListenAddress(AllowsUnix = true)]
    public string Listen { get; set; } = "127.0.0.1:5678";

    /// <summary>Certificate that makes the text port TLS; without a path it is plain. Not for a Unix socket.</summary>
    public CertificateOptions Certificate { get; set; } = new();

    /// <summary>
    /// PEM file of the authorities that vouch for backends: a client certificate signed by one of them is as good as a secret, and where no secret
    /// is configured, every backend needs one. Default none.
    /// </summary>
    [CertificateAuthority]
    public string? ClientCertificateAuthority { get; set; }

    /// <summary>Time for the TLS handshake, from the connect on; then the connection is closed. 0.1 s to 10 min, default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest line in bytes, without its line end; a longer one gets <c>fail</c> and a close. 256 to 67,108,864, default 1 MiB.</summary>
    [Range(256, 67_108_864)]
    public int MaxLineBytes { get; set; } = 1_048_576;

    /// <summary>Replies kept for a backend that does not read them; beyond, its replies are no longer written. Default 1 MiB.</summary>
    [Range(1_024, 67_108_864)]
    public int MaxPendingReplyBytes { get; set; } = 1_048_576;

    /// <summary>Backends served by a thread of their own, which costs a tenth of the thread pool's CPU at modest rates; further ones are served asynchronously. 0 to 256, default 16.</summary>
    [Range(0, 256)]
    public int DedicatedThreads { get; set; } = 16;

    /// <summary>Backend connections at once; above it a new one is closed at once. 1 to 100,000, default 1,024.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 1_024;

    /// <summary>
    /// Backend connections of one address at once (for IPv6, of one network of 64 bits); above it a new one is closed at once. Loopback is
    /// not counted, unless <see cref="BackendOptions.LimitLoopback"/> says so. 0 to 100,000, default 256; 0 is no limit.
    /// </summary>
    [Range(0, 100_000)]
    public int MaxConnectionsPerAddress { get; set; } = 256;

    /// <summary>
    /// Time for a line to arrive whole, from its first byte, and where a secret is needed for the line that presents it, from the connect on;
    /// then <c>fail</c> and a close. 0.1 s to 30 min, default 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:30:00")]
    public TimeSpan LineTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Commands a second that one connection may send for long, after a burst of as many; those above it are not executed and fail as
    /// <c>overloaded</c>. 0 to 10,000,000, default 0, which is no limit.
    /// </summary>
    [Range(0, 10_000_000)]
    public int MaxCommandsPerSecond { get; set; }

    internal bool IsUnix => ListenAddressAttribute.Parse(Listen) is UnixDomainSocketEndPoint;

    IEnumerable<ValidationResult> IValidatableObject.Validate(
        ValidationContext validationContext
    ) =>
        Certificate.IsSet && IsUnix
            ?
            [
                new ValidationResult(
                    "a Unix socket has no TLS; its file says who may connect",
                    [$"{nameof(Certificate)}:{nameof(Certificate.Path)}"]
                ),
            ]
            : [];
}
