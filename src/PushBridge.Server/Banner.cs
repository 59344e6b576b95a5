using System.Net;
using System.Reflection;
using Microsoft.Extensions.Options;
using PushBridge.Hosting;
using PushBridge.Hosting.Options;
using PushBridge.Security;
using PushBridge.Server.Remote;

namespace PushBridge.Server;

/// <summary>The first lines a user sees: what listens where, and how to send the first push.</summary>
internal sealed partial class Banner(
    PushBridgeListeners listeners,
    IOptions<ClientOptions> clients,
    IOptions<TextOptions> textOptions,
    IOptions<HttpOptions> httpOptions,
    IOptions<BackplaneOptions> backplane,
    IOptions<ServerOptions> server,
    Exposure exposure,
    BackendDoor door,
    IHostApplicationLifetime lifetime,
    IOptions<LogOptions> logs,
    ILogger<Banner> logger,
    TextWriter? output = null
) : IHostedService
{
    private static readonly string Version = typeof(Banner)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion;

    private readonly TextWriter output = output ?? Console.Out;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(
            logs.Value.Format == LogFormat.Json ? WriteEvent : Write
        );
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The same for programs; what is insecure is logged anyway.</summary>
    private void WriteEvent() =>
        Started(
            Version,
            $"{listeners.ClientsScheme}://{listeners.Clients}",
            TextAddress(),
            $"{listeners.HttpScheme}://{listeners.Http}"
        );

    private void Write()
    {
        string scheme = listeners.ClientsScheme;
        IPEndPoint page = Reachable.Of(listeners.Clients);
        output.Write(
            $$"""
            PushBridge {{Version}}
              clients  {{scheme}}://{{listeners.Clients}}
              text     {{TextAddress()}}
              http     {{listeners.HttpScheme}}://{{listeners.Http}}{{Redis()}}

            Open {{scheme}}://{{page}}/ in a browser, then push to it:
              printf '%s\n' {{Secret()}}'{"uid":"uid1","percent":"88%"}' | {{Sender()}}
            Pages served from elsewhere need --allow-origin http://their.host. {{Who()}}
            can push; {{Clients()}}. Ctrl+C stops.

            """
        );
        foreach (string problem in exposure.Problems(server.Value))
        {
            output.WriteLine($"WARNING: insecure. {problem}.");
        }
        output.Flush();
    }

    private string TextAddress() =>
        listeners.Text is IPEndPoint text
            ? $"{listeners.TextScheme}://{text}"
            : $"unix:{listeners.Text}";

    private string Sender() =>
        listeners.Text is not IPEndPoint text ? $"nc -w1 -U {listeners.Text}"
        : listeners.TextScheme == "tcp" ? $"nc -w1 {Reachable.Of(text).Address} {text.Port}"
        : $"timeout 2 openssl s_client -quiet -connect {Reachable.Of(text)}{Certificate()}";

    /// <summary>Where nothing else lets a backend in.</summary>
    private string Certificate() =>
        IsNamed(textOptions.Value.ClientCertificateAuthority) && !door.NeedsSecret
            ? " -cert CLIENT.pem -key CLIENT.key"
            : "";

    private string Redis() =>
        backplane.Value.IsShared ? $"\n  redis    {backplane.Value.Address}" : "";

    private string Who() =>
        door.NeedsSecret ? "Whoever has a secret"
        : IsNamed(textOptions.Value.ClientCertificateAuthority)
        && IsNamed(httpOptions.Value.ClientCertificateAuthority)
            ? "Whoever has a client certificate"
        : listeners.Text is not IPEndPoint
            ? "The socket's group, and over HTTP anybody on this machine,"
        : exposure.Problems(server.Value).Count > 0 ? "WARNING: anybody who reaches these addresses"
        : "Anybody on this machine";

    private string Clients() =>
        clients.Value.Authentication.Mode switch
        {
            ClientAuthenticationMode.Token => "clients show a token",
            ClientAuthenticationMode.Webhook => "your application says who a client is",
            _ => "a client is whoever it says it is",
        };

    private string Secret() =>
        door.NeedsSecret && listeners.Text is IPEndPoint
            ? """'{"$cmd":"auth","secret":"YOUR SECRET"}' """
            : "";

    private static bool IsNamed(string? authority) => !string.IsNullOrEmpty(authority);

    [LoggerMessage(
        1,
        LogLevel.Information,
        "PushBridge {Version} listens: clients {Clients}, text {Text}, http {Http}"
    )]
    private partial void Started(string version, string clients, string text, string http);
}
