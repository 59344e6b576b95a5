using System.CommandLine;
using PushBridge.Hosting.Options;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary><c>health</c>: whether the server on this machine is ready, as the health check of a container that has no other programs.</summary>
internal sealed class HealthCommand
{
    private const string Path = "/health/ready";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Option<string?> config = ConfigurationFile.NewOption();
    private readonly Option<string?> http = new("--http")
    {
        Description = "The HTTP port to ask [default: that of the configuration]",
        HelpName = "ADDR:PORT",
    };

    private readonly ShownCertificate shown = new();

    public HealthCommand()
    {
        Command = new Verb(
            "health",
            "Ask the server on this machine whether it is ready; exit code 0 when it is, 1 when it is not",
            "pushbridge health --config pushbridge.json || pushbridge restart -d --config pushbridge.json",
            "pushbridge health --http 127.0.0.1:5679"
        )
        {
            config,
            http,
        };
        shown.AddTo(Command);
        Command.SetAction(
            (result, cancellation) => CommandError.GuardAsync(() => AskAsync(result, cancellation))
        );
    }

    public Command Command { get; }

    private async Task<int> AskAsync(ParseResult result, CancellationToken cancellation)
    {
        HttpOptions options = new();
        ConfigurationFile
            .Load(result.GetValue(config))
            .GetSection(HttpOptions.Section)
            .Bind(options);
        options.Listen = result.GetValue(http) ?? options.Listen;
        if (HealthProbe.AddressOf(options) is not { } address)
        {
            return CommandError.Report(
                ExitCode.Configuration,
                $"{HttpOptions.Section}:Listen: '{options.Listen}' is not an address and a port"
            );
        }
        ServerTrust trust = new(
            options.Certificate,
            authorities: null,
            shown.Path(result),
            shown.KeyPath(result)
        );
        HealthProbe probe = new(address, trust, Patience);
        if (await probe.AskAsync(Path, cancellation) is not var (isReady, text))
        {
            string hint =
                options.ClientCertificateAuthority is { Length: > 0 } && shown.Path(result) is null
                    ? "; where the port asks for client certificates, show it one with --client-certificate"
                    : "";
            return CommandError.Report(
                ExitCode.Failure,
                $"no answer from {new Uri(address, Path)}{hint}"
            );
        }
        Console.Out.Write(text);
        return isReady ? ExitCode.Success : ExitCode.Failure;
    }
}
