using System.ComponentModel.DataAnnotations;
using System.Net.Security;
using Polly;

namespace PushBridge.Client;

/// <summary>How a <see cref="PushClient"/> works. Read once, when the client is made.</summary>
public sealed class PushClientOptions
{
    /// <summary>The configuration section that dependency injection binds: <c>PushBridge:Client</c>.</summary>
    public const string Section = "PushBridge:Client";

    /// <summary>The server's text port: <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>. Default <c>tcp://127.0.0.1:5678</c>.</summary>
    [Required, ServerAddress]
    public string Address { get; set; } = "tcp://127.0.0.1:5678";

    /// <summary>
    /// One of the server's secrets (<c>Backends:Secrets</c>), presented on every connection before anything else. A server without secrets takes any. When
    /// the server does not take it, connecting fails with <see cref="System.Security.Authentication.AuthenticationException"/> and is not retried. Default none.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>With <c>tls://</c>: PEM file of the authorities whose server certificates are trusted, and no others. Default the system's.</summary>
    public string? CertificateAuthority { get; set; }

    /// <summary>
    /// With <c>tls://</c>: PEM file of the certificate that a server with <c>Text:ClientCertificateAuthority</c> asks for. Files are read for each connection, so that
    /// a renewed certificate counts from the next one on. Default none.
    /// </summary>
    public string? ClientCertificate { get; set; }

    /// <summary>PEM file of its private key, when <see cref="ClientCertificate"/> has none. Default none.</summary>
    public string? ClientCertificateKey { get; set; }

    /// <summary>Password of the key, when it is encrypted. Default none.</summary>
    public string? ClientCertificatePassword { get; set; }

    /// <summary>With <c>tls://</c>: changes for each connection what the options above have made of TLS. Default none.</summary>
    public Action<SslClientAuthenticationOptions>? ConfigureTls { get; set; }

    /// <summary>For one attempt to connect, up to the server's first answer. 1 ms to 10 minutes, default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a written command may stay unanswered. Answers come in order, so a missing one makes all later ones meaningless: the connection
    /// is dropped, and everything unanswered on it is treated as after a lost connection. 1 ms to 10 minutes, default 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Commands written and not answered; when as many are, further callers wait in their order. 1 to 65,536, default 1,024.</summary>
    [Range(1, 65_536)]
    public int MaxInFlightCommands { get; set; } = 1_024;

    /// <summary>Bytes of commands written and not answered; at the limit further callers wait, but one command always goes. 1 to 1 GiB, default 4 MiB.</summary>
    [Range(1, 1_073_741_824)]
    public int MaxInFlightBytes { get; set; } = 4_194_304;

    /// <summary>
    /// Longest command in bytes with everything that is sent for it; a longer one is refused with an <see cref="ArgumentException"/>.
    /// Not more than the server's <c>Text:MaxLineBytes</c>. 256 to 67,108,864, default 1 MiB.
    /// </summary>
    [Range(256, 67_108_864)]
    public int MaxCommandBytes { get; set; } = 1_048_576;

    /// <summary>
    /// How often a command that has an id, or that only asks, may be written in all; after that it is <see cref="PushReason.OutcomeUnknown"/>.
    /// A command without an id is never written twice. 1 to 100, default 3.
    /// </summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// Gives every push, broadcast and group message without an id one of its own, so that it can be sent again after a lost connection. The
    /// server remembers ids for some minutes and only while it runs: a message that it carried out just before it was killed is then delivered once more
    /// by its successor. Default false.
    /// </summary>
    public bool GenerateIds { get; set; }

    /// <summary>
    /// How connecting is retried; runs once for each time a connection is needed, and when it gives up, every waiting caller is told
    /// <see cref="PushReason.NotSent"/>. Attempts fail with <see cref="System.Net.Sockets.SocketException"/>,
    /// <see cref="IOException"/> or <see cref="TimeoutException"/>. Null, the default, retries six times after a random part
    /// of 0.1, 0.2, 0.4, 0.8, 1.6 and 3.2 seconds.
    /// </summary>
    public ResiliencePipeline? ConnectPipeline { get; set; }

    /// <summary>The clock of all time-outs and delays. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
