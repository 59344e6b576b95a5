using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;

namespace PushBridge.Hosting.Options;

/// <summary>A further listener, besides the three that every server has. Section <c>PushBridge:Listeners:{name}</c>.</summary>
public sealed class ListenerOptions : IValidatableObject
{
    /// <summary>What it speaks: clients, text or http. Has no default.</summary>
    [
        Required(ErrorMessage = "say what it speaks: clients, text or http"),
        EnumDataType(
            typeof(ListenerProtocol),
            ErrorMessage = "say what it speaks: clients, text or http"
        )
    ]
    public ListenerProtocol? Protocol { get; set; }

    /// <summary>
    /// Address and port, such as 10.0.0.5:5678; port 0 takes a free one. For text also <c>unix:/path</c>: a socket that its owner and its group may connect to
    /// (mode 0660), and nobody else. Has no default.
    /// </summary>
    [
        Required(ErrorMessage = "say where it listens: ADDRESS:PORT"),
        ListenAddress(AllowsUnix = true)
    ]
    public string? Listen { get; set; }

    /// <summary>
    /// Lets other processes listen on the same address and port, if they say so too; the kernel gives each connection to one of them. Linux only. Default
    /// false: the second one fails.
    /// </summary>
    public bool ReusePort { get; set; }

    /// <summary>Certificate that makes the listener TLS; without a path it is plain. Not for a Unix socket.</summary>
    public CertificateOptions Certificate { get; set; } = new();

    /// <summary>
    /// PEM file of the authorities that vouch for who connects. For text and http, a client certificate signed by one of them is as good as a secret,
    /// and where no secret is configured, everybody needs one; for clients, everybody needs one besides what <c>Clients:Authentication</c> asks for. Default none.
    /// </summary>
    [CertificateAuthority]
    public string? ClientCertificateAuthority { get; set; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (ListenAddressAttribute.Parse(Listen ?? "") is UnixDomainSocketEndPoint)
        {
            if (Protocol is ListenerProtocol.Clients or ListenerProtocol.Http)
            {
                yield return new ValidationResult(
                    "a Unix socket is for text only; say ADDRESS:PORT",
                    [nameof(Listen)]
                );
            }
            if (Certificate is { IsSet: true })
            {
                yield return new ValidationResult(
                    "a Unix socket has no TLS; its file says who may connect",
                    [$"{nameof(Certificate)}:{nameof(Certificate.Path)}"]
                );
            }
            if (ReusePort)
            {
                yield return new ValidationResult(
                    "a Unix socket has no port to share",
                    [nameof(ReusePort)]
                );
            }
        }
        if (ReusePort && !OperatingSystem.IsLinux())
        {
            yield return new ValidationResult(
                "ports are shared on Linux only",
                [nameof(ReusePort)]
            );
        }
    }
}
