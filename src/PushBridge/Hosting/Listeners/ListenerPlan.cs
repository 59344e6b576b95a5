using System.Net;

namespace PushBridge.Hosting.Listeners;

/// <summary>What a listener is to be, wherever that was said; valid by the time somebody has one.</summary>
internal sealed record ListenerPlan(string Name, ListenerProtocol Protocol, string Listen)
{
    public bool ReusePort { get; init; }

    public CertificateOptions Certificate { get; init; } = new();

    /// <summary>The PEM file of those who vouch for whoever connects, if any.</summary>
    public string? Authority { get; init; }

    /// <summary>Where the configuration says it; null when somebody asks for it at run time.</summary>
    public string? Section { get; init; }

    public ListenerSource Source { get; init; }

    public bool IsTls => Certificate.IsSet;

    public EndPoint EndPoint => ListenAddressAttribute.Parse(Listen)!;

    /// <summary>How an operator finds the option: its path in the configuration, or its name in a request.</summary>
    public string Path(string option) =>
        Section is null ? CamelCase(option) : $"{Section}:{option}";

    /// <summary>Whether the other one would listen in the same way.</summary>
    public bool IsLike(ListenerPlan other) => Settings(this) == Settings(other);

    public static ListenerPlan Of(
        string name,
        ListenerOptions options,
        string? section,
        ListenerSource source
    ) =>
        new(name, options.Protocol!.Value, options.Listen!)
        {
            ReusePort = options.ReusePort,
            Certificate = options.Certificate ?? new CertificateOptions(),
            Authority = options.ClientCertificateAuthority,
            Section = section,
            Source = source,
        };

    /// <summary>The listener that was opened by it, for whoever wants to know.</summary>
    public PushListener Describe(IOpenListener listener) =>
        new(
            Name,
            Protocol,
            listener.EndPoint is IPEndPoint address
                ? address.ToString()
                : $"unix:{listener.EndPoint}",
            IsTls,
            ReusePort,
            Source,
            listener.Connections
        );

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static (ListenerProtocol, string, bool, string?, string?, string?, string?) Settings(
        ListenerPlan plan
    ) =>
        (
            plan.Protocol,
            plan.Listen,
            plan.ReusePort,
            plan.Certificate.Path,
            plan.Certificate.KeyPath,
            plan.Certificate.Password,
            plan.Authority
        );
}
