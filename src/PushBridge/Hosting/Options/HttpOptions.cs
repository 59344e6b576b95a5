using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The HTTP port for backends and operators. Section <c>PushBridge:Http</c>.</summary>
public sealed class HttpOptions
{
    internal const string Section = "PushBridge:Http";

    /// <summary>Address and port; port 0 takes a free one. Default 127.0.0.1:5679.</summary>
    [Required, ListenAddress]
    public string Listen { get; set; } = "127.0.0.1:5679";
}
