using System.CommandLine;
using System.Net;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Options;
using PushBridge.Server.CommandLine;
using PushBridge.Server.Daemon;

namespace PushBridge.Server.Remote;

/// <summary>
/// The options of commands that ask a running server, and how they find it: where they are told, else where the pid file says it listens, else where the configuration
/// says it would.
/// </summary>
internal sealed class ServerAccess
{
    private readonly Option<string?> server;
    private readonly Option<string?> config = ConfigurationFile.NewOption();
    private readonly DaemonPlace place = new();
    private readonly Option<string?> authorities = new("--certificate-authority")
    {
        Description =
            "PEM file of the authorities that vouch for the server, instead of the system's",
        HelpName = "FILE",
    };
    private readonly ShownCertificate shown = new();

    /// <param name="port">Which of the server's ports is asked, for people.</param>
    /// <param name="example">What its address looks like.</param>
    public ServerAccess(string port, string example) =>
        server = new Option<string?>("--server")
        {
            Description =
                $"The {port} of the server, such as {example} [default: the running server's, or the configuration's]",
            HelpName = "URL",
        };

    public void AddTo(Command command)
    {
        Option[] all = [server, config, authorities];
        Array.ForEach(all, command.Options.Add);
        shown.AddTo(command);
        place.AddTo(command);
    }

    public IConfiguration Configuration(ParseResult result) =>
        ConfigurationFile.Load(result.GetValue(config));

    /// <summary>What the pid file says; null when no server has one.</summary>
    /// <exception cref="CommandFailedException">The command names a pid file, and the server that it is about does not run.</exception>
    public async Task<ServerRecord?> FindAsync(ParseResult result)
    {
        if (result.GetValue(server) is not null)
        {
            return null;
        }
        PidFile file = place.File(result, result.GetValue(config));
        ServerRecord? running = await file.ReadAsync();
        return running is { HasStarted: true } ? running
            : !place.IsNamed(result) ? null
            : throw new CommandFailedException(
                ExitCode.NotRunning,
                running is null
                    ? $"not running ({file.Path})"
                    : $"pid {running.ProcessId} does not listen yet ({file.Path})"
            );
    }

    /// <summary>The server's HTTP port; where a pid file says which process is meant, of that very process.</summary>
    /// <exception cref="CommandFailedException">There is no server, or only another process answers.</exception>
    public async Task<ServerApi> OpenAsync(ParseResult result, CancellationToken cancellation)
    {
        IConfiguration configuration = Configuration(result);
        HttpOptions http = Bound<HttpOptions>(configuration, HttpOptions.Section);
        BackendOptions backends = Bound<BackendOptions>(configuration, BackendOptions.Section);
        ServerRecord? record = await FindAsync(result);
        Uri address =
            Given(result) ?? Recorded(record?.Http) ?? Configured(http.Listen, http.Certificate);
        string? secret = backends.ReadSecrets() is [var first, ..] ? first : null;
        ServerTrust trust = Trust(result, http.Certificate);
        return record is null
            ? new ServerApi(address, secret, trust, isOneProcess: false)
            : await ProcessSearch.FindAsync(
                record,
                () => new ServerApi(address, secret, trust, isOneProcess: true),
                cancellation
            );
    }

    /// <summary>Where clients connect, and how.</summary>
    public async Task<(Uri Address, ServerTrust Trust)> FindClientsAsync(
        ParseResult result,
        ClientOptions clients
    ) =>
        (
            Given(result)
                ?? Recorded((await FindAsync(result))?.Clients)
                ?? Configured(clients.Listen, clients.Certificate),
            Trust(result, clients.Certificate)
        );

    public static TOptions Bound<TOptions>(IConfiguration configuration, string section)
        where TOptions : new()
    {
        TOptions options = new();
        OptionsAreaServiceCollectionExtensions.Bind(configuration, section, options);
        return options;
    }

    private ServerTrust Trust(ParseResult result, CertificateOptions own) =>
        new(own, result.GetValue(authorities), shown.Path(result), shown.KeyPath(result));

    private Uri? Given(ParseResult result)
    {
        if (result.GetValue(server) is not { } text)
        {
            return null;
        }
        // The addresses of a WebSocket and of HTTP name the same port.
        string url = text.StartsWith("ws", StringComparison.OrdinalIgnoreCase)
            ? $"http{text[2..]}"
            : text;
        return
            Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
            && address.Scheme is "http" or "https"
            ? address
            : throw new CommandFailedException(
                ExitCode.Failure,
                $"'{text}' is not the address of a server, such as http://127.0.0.1:5679"
            );
    }

    private static Uri? Recorded(string? address) =>
        address is null ? null : Reachable.Of(new Uri(address));

    private static Uri Configured(string listen, CertificateOptions certificate) =>
        ListenAddressAttribute.TryParse(listen, out IPEndPoint endPoint) && endPoint.Port != 0
            ? new Uri($"{(certificate.IsSet ? "https" : "http")}://{Reachable.Of(endPoint)}")
            : throw new CommandFailedException(
                ExitCode.NotRunning,
                $"not running, as far as can be seen: there is no pid file, and the configuration only says {listen}; name the server with --server"
            );
}
