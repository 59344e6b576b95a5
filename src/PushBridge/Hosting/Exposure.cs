using System.Net;
using Microsoft.Extensions.Options;

namespace PushBridge.Hosting;

/// <summary>
/// What strangers on other machines could do with this configuration: each listener that is not on loopback must know whom it lets in.
/// An application's own listeners are the application's affair; the text port is ours everywhere.
/// </summary>
internal sealed class Exposure(
    IOptions<ClientOptions> clients,
    IOptions<TextOptions> text,
    IOptions<HttpOptions> http,
    IOptions<BackendOptions> backends
)
{
    private const string Secret =
        $"{BackendOptions.Section}:Secrets:0 (16 random characters or more) or {BackendOptions.Section}:SecretsFile";

    private const string AuthorityName = nameof(ClientOptions.ClientCertificateAuthority);

    private const string Authentication = $"{ClientOptions.Section}:Authentication";

    /// <summary>One line for each listener that is open to strangers, with the settings that would close it.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (
            clients.Value
                is { HasOwnListener: true, Authentication.Mode: ClientAuthenticationMode.Open }
            && !HasAuthority(clients.Value.ClientCertificateAuthority)
            && IsReachable(clients.Value.Listen)
        )
        {
            problems.Add(
                $"{ClientOptions.Section}:Listen: a client that reaches {clients.Value.Listen} could be whoever it says it is. Set {Authentication}:Mode=Token and {Authentication}:Token:Keys:0:Secret (32 random bytes or more), or {Authentication}:Mode=Webhook and {Authentication}:Webhook:Url, or {Certificates(ClientOptions.Section)}, or listen on 127.0.0.1"
            );
        }
        bool hasSecrets = backends.Value.ReadSecrets().Count > 0;
        if (
            !hasSecrets
            && !HasAuthority(text.Value.ClientCertificateAuthority)
            && IsReachable(text.Value.Listen)
        )
        {
            problems.Add(
                $"{TextOptions.Section}:Listen: anybody who reaches {text.Value.Listen} could push. Set {Secret}, or {Certificates(TextOptions.Section)}, or listen on 127.0.0.1"
            );
        }
        if (
            !hasSecrets
            && !HasAuthority(http.Value.ClientCertificateAuthority)
            && clients.Value.HasOwnListener
            && IsReachable(http.Value.Listen)
        )
        {
            problems.Add(
                $"{HttpOptions.Section}:Listen: anybody who reaches {http.Value.Listen} could push. Set {Secret}, or {Certificates(HttpOptions.Section)}, or listen on 127.0.0.1"
            );
        }
        return problems;
    }

    /// <summary>Mutual TLS keeps strangers out; TLS alone lets them in unseen.</summary>
    private static bool HasAuthority(string? authority) => !string.IsNullOrEmpty(authority);

    private static string Certificates(string section) =>
        $"{section}:{nameof(ClientOptions.Certificate)} and {section}:{AuthorityName}";

    private static bool IsReachable(string listen) =>
        ListenAddressAttribute.TryParse(listen, out IPEndPoint endPoint)
        && !IPAddress.IsLoopback(endPoint.Address);
}

/// <summary>Refuses to start with a listener that is open to strangers, unless that is what the operator says he wants.</summary>
internal sealed class ExposureRule(Exposure exposure) : IValidateOptions<ServerOptions>
{
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        IReadOnlyList<string> problems;
        try
        {
            problems = options.Insecure ? [] : exposure.Problems();
        }
        catch (OptionsValidationException)
        {
            // Other options are wrong; their own validators say so, and nothing is known about the listeners.
            return ValidateOptionsResult.Skip;
        }
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                problems.Select(problem =>
                    $"{problem}. If something else keeps strangers out: {ServerOptions.Section}:{nameof(ServerOptions.Insecure)}=true (--insecure)"
                )
            );
    }
}
