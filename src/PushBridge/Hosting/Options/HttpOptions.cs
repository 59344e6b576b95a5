using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The HTTP port for backends and operators. Section <c>PushBridge:Http</c>.</summary>
public sealed class HttpOptions
{
    internal const string Section = "PushBridge:Http";

    /// <summary>Address and port; port 0 takes a free one. Default 127.0.0.1:5679.</summary>
    [Required, ListenAddress]
    public string Listen { get; set; } = "127.0.0.1:5679";

    /// <summary>Certificate that makes the HTTP port TLS (https); without a path it is plain.</summary>
    public CertificateOptions Certificate { get; set; } = new();

    /// <summary>
    /// PEM file of the authorities that vouch for backends and operators: a client certificate signed by one of them is as good as a secret, and where no secret
    /// is configured, every connection needs one. Default none.
    /// </summary>
    [CertificateAuthority]
    public string? ClientCertificateAuthority { get; set; }
}
