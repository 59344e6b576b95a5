using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Listeners;

/// <summary>The listeners that the configuration asks for at start: the three of every server, and those under <c>PushBridge:Listeners</c>.</summary>
internal sealed class ListenerPlans(
    IOptions<ClientOptions> clients,
    IOptions<TextOptions> text,
    IOptions<HttpOptions> http
)
{
    /// <summary>Those of every server first. In an application that has its own web server, that is the text port alone.</summary>
    public IReadOnlyList<ListenerPlan> All(ServerOptions server) =>
        [.. Permanent(server), .. Further(server)];

    /// <summary>Those that are there for as long as the process is.</summary>
    private ListenerPlan[] Permanent(ServerOptions server) =>
        clients.Value.HasOwnListener
            ? [Clients(server), Text(server), Http(server)]
            : [Text(server)];

    private ListenerPlan Clients(ServerOptions server) =>
        new(ListenerName.Clients, ListenerProtocol.Clients, clients.Value.Listen)
        {
            Certificate = clients.Value.Certificate,
            Authority = clients.Value.ClientCertificateAuthority,
            Section = ClientOptions.Section,
            ReusePort = server.ReusePort,
        };

    private ListenerPlan Text(ServerOptions server) =>
        new(ListenerName.Text, ListenerProtocol.Text, text.Value.Listen)
        {
            Certificate = text.Value.Certificate,
            Authority = text.Value.ClientCertificateAuthority,
            Section = TextOptions.Section,
            ReusePort = server.ReusePort && !text.Value.IsUnix,
        };

    private ListenerPlan Http(ServerOptions server) =>
        new(ListenerName.Http, ListenerProtocol.Http, http.Value.Listen)
        {
            Certificate = http.Value.Certificate,
            Authority = http.Value.ClientCertificateAuthority,
            Section = HttpOptions.Section,
            ReusePort = server.ReusePort,
        };

    /// <summary>The further listeners, as far as the options say what they are to be.</summary>
    private static IEnumerable<ListenerPlan> Further(ServerOptions server) =>
        server
            .Listeners.Where(entry => entry.Value is { Protocol: not null, Listen: not null })
            .Select(entry =>
                ListenerPlan.Of(
                    entry.Key,
                    entry.Value,
                    $"{ListenerSettings.Section}:{entry.Key}",
                    ListenerSource.Configuration
                )
            );
}
