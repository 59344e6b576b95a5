namespace PushBridge.Server.CommandLine;

/// <summary>The keys at the root of a configuration that the framework reads, or that programs beside it do: in a file of the server they are no mistakes.</summary>
internal static class FrameworkKeys
{
    /// <summary>What an operator has a reason to write, and may misspell.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["Logging", "Kestrel", "AllowedHosts"];

    private static readonly HashSet<string> All = new(StringComparer.OrdinalIgnoreCase)
    {
        "ConnectionStrings",
        "ForwardedHeaders_Enabled",
        "HostBuilder",
        "Metrics",
        WebHostDefaults.ApplicationKey,
        WebHostDefaults.CaptureStartupErrorsKey,
        WebHostDefaults.ContentRootKey,
        WebHostDefaults.DetailedErrorsKey,
        WebHostDefaults.EnvironmentKey,
        WebHostDefaults.HostingStartupAssembliesKey,
        WebHostDefaults.HostingStartupExcludeAssembliesKey,
        WebHostDefaults.HttpPortsKey,
        WebHostDefaults.HttpsPortsKey,
        WebHostDefaults.PreferHostingUrlsKey,
        WebHostDefaults.PreventHostingStartupKey,
        WebHostDefaults.ServerUrlsKey,
        WebHostDefaults.ShutdownTimeoutKey,
        WebHostDefaults.StartupAssemblyKey,
        WebHostDefaults.StaticWebAssetsKey,
        WebHostDefaults.SuppressStatusMessagesKey,
        WebHostDefaults.WebRootKey,
    };

    /// <summary>Remarks count, too: <c>$schema</c>, <c>_comment</c>, <c>//</c>.</summary>
    public static bool Contains(string key) =>
        key is ['$' or '_' or '/', ..]
        || All.Contains(key)
        || Usual.Contains(key, StringComparer.OrdinalIgnoreCase);
}
