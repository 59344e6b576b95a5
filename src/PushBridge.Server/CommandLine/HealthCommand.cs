using System.CommandLine;
using System.Net;
using PushBridge.Hosting.Options;

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
        Command = new Command(
            "health",
            "Ask the server on this machine whether it is ready; exit code 0 when it is, 1 when it is not"
        )
        {
            config,
            http,
        };
        Command.SetAction(AskAsync);
    }

    public Command Command { get; }

    private async Task<int> AskAsync(ParseResult result, CancellationToken cancellation)
    {
        try
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
            return await AskAsync($"{scheme}://{Reachable(endPoint)}/health/ready", cancellation);
        }
        catch (Exception exception) when (ConfigurationError.Describe(exception) is { } problem)
        {
            return CommandError.Report(ExitCode.Configuration, problem);
        }
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

    /// <summary>A wildcard address is where one listens, not where one connects to.</summary>
    private static IPEndPoint Reachable(IPEndPoint listener) =>
        listener.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, listener.Port)
        : listener.Address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(IPAddress.IPv6Loopback, listener.Port)
        : listener;
}
