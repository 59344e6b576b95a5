using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>Whose word makes a plain <c>ok</c> when nobody on the backend's own node took the message.</summary>
public enum BackplaneAcknowledge
{
    /// <summary>That of Redis: so many nodes with a connection of the uid got it. One round trip.</summary>
    Redis,

    /// <summary>That of the nodes: a connection took it. A little slower, and true even of a node that hangs.</summary>
    Node,
}

/// <summary>Several nodes that act as one. Section <c>PushBridge:Backplane</c>.</summary>
public sealed class BackplaneOptions : IValidatableObject
{
    internal const string Section = "PushBridge:Backplane";

    /// <summary>The Redis-compatible server that connects the nodes, as <c>host:port</c>; the port is 6379 when none is given. Empty, the default, is a single node.</summary>
    public string Redis { get; set; } = "";

    /// <summary>The server's password; empty for none. Default: empty.</summary>
    public string Password { get; set; } = "";

    /// <summary>A file with the password, instead of <see cref="Password"/>. Default: empty.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Whether to connect by TLS; the server's certificate must be valid for its host name. Default: false.</summary>
    public bool Tls { get; set; }

    /// <summary>The database that command ids are kept in. 0 to 1,024, default 0.</summary>
    [Range(0, 1_024)]
    public int Database { get; set; }

    /// <summary>What all channels and keys begin with: nodes with the same prefix on the same server belong together. 1 to 64 characters, default <c>pushbridge:</c>.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Prefix { get; set; } = "pushbridge:";

    /// <summary>How long other nodes have to answer; then what they would have said is unknown (<c>unavailable</c>). 50 ms to 10 s, default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10", ConvertValueInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whose word makes a plain <c>ok</c>; default <c>redis</c>. A command with <c>"ack":"node"</c> asks the nodes in any case, as does every reply that tells a number.</summary>
    public BackplaneAcknowledge Acknowledge { get; set; } = BackplaneAcknowledge.Redis;

    /// <summary>Bytes of commands that may wait for Redis, and as many for this node to execute; what comes on top is unavailable. 64 KiB to 1 GiB, default 64 MiB.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxPendingBytes { get; set; } = 64 * 1024 * 1024;

    internal bool IsShared => Redis.Length > 0;

    /// <summary>Host and port of Redis, for people.</summary>
    internal string Address =>
        TryParse(out string host, out int port)
            ? $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}"
            : Redis;

    /// <summary>The password, wherever it comes from.</summary>
    internal string? ReadPassword() =>
        PasswordFile.Length > 0 ? File.ReadAllText(PasswordFile).TrimEnd('\r', '\n')
        : Password.Length > 0 ? Password
        : null;

    /// <summary>Host and port; false when that is not what <see cref="Redis"/> says.</summary>
    internal bool TryParse(out string host, out int port)
    {
        const int defaultPort = 6379;
        port = defaultPort;
        host = Redis;
        bool isUri =
            Uri.TryCreate($"redis://{Redis}", UriKind.Absolute, out Uri? address)
            && address is { PathAndQuery: "/" or "", UserInfo: "", Fragment: "" }
            && address.Host.Length > 0;
        if (isUri)
        {
            host = address!.IdnHost;
            port = address.Port > 0 ? address.Port : defaultPort;
        }
        return isUri && port <= ushort.MaxValue;
    }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (IsShared && !TryParse(out _, out _))
        {
            yield return new ValidationResult(
                $"\"{Redis}\" is no host:port, such as redis:6379",
                [nameof(Redis)]
            );
        }
        if (PasswordFile.Length > 0 && !File.Exists(PasswordFile))
        {
            yield return new ValidationResult(
                $"there is no file {PasswordFile}",
                [nameof(PasswordFile)]
            );
        }
        if (PasswordFile.Length > 0 && Password.Length > 0)
        {
            yield return new ValidationResult(
                "give either Password or PasswordFile",
                [nameof(PasswordFile)]
            );
        }
    }
}
