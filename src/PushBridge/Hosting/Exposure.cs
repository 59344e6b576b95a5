using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Listeners;

namespace PushBridge.Hosting;

/// <summary>
/// What strangers on other machines could do with this configuration: each listener that is not on loopback must know whom it lets in.
/// An application's own listeners are the application's affair; the text port is ours everywhere.
/// </summary>
internal sealed class Exposure(
    ListenerPlans plans,
    IOptions<ClientOptions> clients,
    IOptions<BackendOptions> backends
)
{
    private const string Secret =
        $"{BackendOptions.Section}:Secrets:0 (16 random characters or more) or {BackendOptions.Section}:SecretsFile";

    private const string Authentication = $"{ClientOptions.Section}:Authentication";

    /// <summary>One line for each configured listener that is open to strangers, with the settings that would close it.</summary>
    public IReadOnlyList<string> Problems(ServerOptions server) =>
        [
            .. plans
                .All(server)
                .Select(plan => ProblemOf(plan, () => backends.Value.ReadSecrets().Count > 0))
                .OfType<string>(),
        ];

    /// <summary>The same for one listener; null when it is not open to strangers.</summary>
    /// <param name="plan">The listener.</param>
    /// <param name="hasSecrets">Whether backends need a secret.</param>
    public string? ProblemOf(ListenerPlan plan, Func<bool> hasSecrets)
    {
        // Mutual TLS keeps strangers out; TLS alone lets them in unseen.
        if (!string.IsNullOrEmpty(plan.Authority) || !IsReachable(plan.Listen))
        {
            return null;
        }
        string certificates =
            $"{plan.Path(nameof(ListenerOptions.Certificate))} and {plan.Path(nameof(ListenerOptions.ClientCertificateAuthority))}";
        if (plan.Protocol == ListenerProtocol.Clients)
        {
            return clients.Value.Authentication.Mode != ClientAuthenticationMode.Open
                ? null
                : $"{plan.Path(nameof(plan.Listen))}: a client that reaches {plan.Listen} could be whoever it says it is. Set {Authentication}:Mode=Token and {Authentication}:Token:Keys:0:Secret (32 random bytes or more), or {Authentication}:Mode=Webhook and {Authentication}:Webhook:Url, or {certificates}, or listen on 127.0.0.1";
        }
        return hasSecrets()
            ? null
            : $"{plan.Path(nameof(plan.Listen))}: anybody who reaches {plan.Listen} could push. Set {Secret}, or {certificates}, or listen on 127.0.0.1";
    }

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
            problems = options.Insecure ? [] : exposure.Problems(options);
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
