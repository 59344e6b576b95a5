using System.CommandLine;
using System.Net;
using PushBridge.Hosting.Options;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary><c>health</c>: whether the server on this machine is ready, as the health check of a container that has no other programs.</summary>
internal sealed class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Option<string?> config = ConfigurationFile.NewOption();
    private readonly Option<string?> http = new("--http")
    {
        Description = "The HTTP port to ask [default: that of the configuration]",
        HelpName = "ADDR:PORT",
    };

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
        string listen = result.GetValue(http) ?? options.Listen;
        if (!ListenAddressAttribute.TryParse(listen, out IPEndPoint endPoint))
        {
            return CommandError.Report(
                ExitCode.Configuration,
                $"{HttpOptions.Section}:Listen: '{listen}' is not an address and a port"
            );
        }
        string scheme = string.IsNullOrEmpty(options.Certificate.Path) ? "http" : "https";
        return await AskAsync($"{scheme}://{Reachable.Of(endPoint)}/health/ready", cancellation);
    }

    private static async Task<int> AskAsync(string url, CancellationToken cancellation)
    {
        try
        {
#pragma warning disable MA0039 // Asked on this machine for a word that is no secret: whom the certificate names does not matter.
            using HttpClientHandler handler = new()
            {
                ServerCertificateCustomValidationCallback =
                    HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
                UseProxy = false,
            };
#pragma warning restore MA0039
            using HttpClient client = new(handler) { Timeout = Patience };
            using HttpResponseMessage response = await client.GetAsync(url, cancellation);
            Console.Out.Write(await response.Content.ReadAsStringAsync(cancellation));
            return response.IsSuccessStatusCode ? ExitCode.Success : ExitCode.Failure;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or OperationCanceledException)
        {
            return CommandError.Report(ExitCode.Failure, $"no answer from {url}");
        }
    }
}
