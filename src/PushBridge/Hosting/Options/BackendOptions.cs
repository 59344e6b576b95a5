using System.ComponentModel.DataAnnotations;
using System.Text;

namespace PushBridge.Hosting.Options;

/// <summary>Who may push: backends on the text port and on the HTTP port. Section <c>PushBridge:Backends</c>.</summary>
public sealed class BackendOptions : IValidatableObject
{
    internal const string Section = "PushBridge:Backends";

    private const int MinSecretBytes = 16;
    private const int MaxSecretBytes = 1_024;

    /// <summary>
    /// Secrets, one of which a backend must present that has neither a client certificate nor come by a Unix socket. Several make
    /// rotation possible: add the new one, change the backends, remove the old one. Each 16 to 1,024 bytes of ASCII without spaces. Default none.
    /// </summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>File with further secrets, one a line; empty lines and lines that begin with <c>#</c> do not count. Read at start. Default none.</summary>
    public string? SecretsFile { get; set; }

    /// <summary>Addresses and networks that backends may connect from, such as <c>10.0.0.0/8</c>; all others are dropped when they connect. Empty, the default, allows all.</summary>
    [Network]
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>
    /// Wrong secrets an address may send within a minute; until the minute is over it is then refused whatever it sends, but for what has a client
    /// certificate. 1 to 1,000,000, default 5.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxFailedAttempts { get; set; } = 5;

    /// <summary>
    /// Whether the limits for one address, <see cref="MaxFailedAttempts"/> and <see cref="TextOptions.MaxConnectionsPerAddress"/>, hold for loopback,
    /// too: one program on this machine with a wrong secret would shut out all others. Default false.
    /// </summary>
    public bool LimitLoopback { get; set; }

    /// <summary>All secrets, those of the file included. Throws what reading a file throws.</summary>
    internal IReadOnlyList<string> ReadSecrets() =>
        string.IsNullOrEmpty(SecretsFile)
            ? [.. Secrets]
            : [.. Secrets, .. LinesOf(SecretsFile).Select(line => line.Secret)];

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        foreach ((int index, string secret) in Secrets.Select(secret => secret ?? "").Index())
        {
            if (Fault(secret) is { } fault)
            {
                yield return new ValidationResult(fault, [$"{nameof(Secrets)}:{index}"]);
            }
        }
        foreach (string problem in FileProblems())
        {
            yield return new ValidationResult(problem, [nameof(SecretsFile)]);
        }
    }

    private List<string> FileProblems()
    {
        if (string.IsNullOrEmpty(SecretsFile))
        {
            return [];
        }
        try
        {
            List<(int Number, string Secret)> lines = LinesOf(SecretsFile);
            return lines.Count == 0
                ? [$"{SecretsFile} has no secret"]
                :
                [
                    .. lines
                        .Where(line => Fault(line.Secret) is not null)
                        .Select(line => $"{SecretsFile}, line {line.Number}: {Fault(line.Secret)}"),
                ];
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [exception.Message];
        }
    }

    private static List<(int Number, string Secret)> LinesOf(string path) =>
        [
            .. File.ReadAllLines(path)
                .Select((line, index) => (Number: index + 1, Secret: line.Trim()))
                .Where(line => line.Secret.Length > 0 && line.Secret[0] != '#'),
        ];

    /// <summary>What is wrong with a secret, without saying it; null when nothing is.</summary>
    private static string? Fault(string secret) =>
        secret.Any(character => character is <= ' ' or > '~')
            ? "a secret consists of ASCII characters without spaces, so that it fits into an Authorization header"
        : Encoding.UTF8.GetByteCount(secret) is var bytes
        && bytes is < MinSecretBytes or > MaxSecretBytes
            ? $"a secret has {MinSecretBytes} to {MaxSecretBytes} bytes, this one has {bytes}"
        : null;
}
