using System.CommandLine;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.CommandLine;

/// <summary><c>serve</c>: runs the server in the foreground until it is told to stop.</summary>
internal sealed partial class ServeCommand
{
    private readonly Option<string?> clients = Address(
        "--clients",
        "Where browsers connect: raw WebSocket, SignalR, the demo page [default: 127.0.0.1:1234]"
    );
    private readonly Option<string?> text = Address(
        "--text",
        "Where backends push, one JSON line each; also unix:/PATH [default: 127.0.0.1:5678]"
    );
    private readonly Option<string?> http = Address(
        "--http",
        "Where backends push over HTTP, and health [default: 127.0.0.1:5679]"
    );
    private readonly Option<string[]> origins = new("--allow-origin")
    {
        Description =
            "An origin whose pages may connect, such as https://app.example.com; may be given several times",
        HelpName = "ORIGIN",
    };

    private readonly Option<string?> redis = new("--redis")
    {
        Description =
            "The Redis server that connects this node with others [default: a single node]",
        HelpName = "HOST:PORT",
    };

    private readonly Option<bool> insecure = new("--insecure")
    {
        Description =
            "Start although other machines reach a port that does not know whom it lets in",
    };
    private readonly Option<string?> config = ConfigurationFile.NewOption();

    public ServeCommand()
    {
        Command = new Command("serve", "Run the server (the default)");
        AddTo(Command);
    }

    public Command Command { get; }

    /// <summary>Gives a command these options and this action.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(config);
        command.Options.Add(clients);
        command.Options.Add(text);
        command.Options.Add(http);
        command.Options.Add(origins);
        command.Options.Add(redis);
        command.Options.Add(insecure);
        command.SetAction(
            (result, cancellation) =>
                ServeAsync(result.GetValue(config), Settings(result), cancellation)
        );
    }

    /// <summary>Runs the server; whatever keeps it from starting is one line for each problem on standard error.</summary>
    private static async Task<int> ServeAsync(
        string? configurationFile,
        Dictionary<string, string?> settings,
        CancellationToken cancellation
    )
    {
        try
        {
            await using WebApplication app = PushBridgeServer.Create(configurationFile, settings);
            TaskScheduler.UnobservedTaskException += (_, lost) =>
                TaskLost(app.Logger, lost.Exception);
            await app.RunAsync(cancellation);
            return ExitCode.Success;
        }
        catch (OptionsValidationException exception)
        {
            return CommandError.Report(ExitCode.Configuration, exception.Failures);
        }
        catch (AggregateException exception)
            when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return CommandError.Report(
                ExitCode.Configuration,
                [
                    .. exception
                        .InnerExceptions.Cast<OptionsValidationException>()
                        .SelectMany(inner => inner.Failures)
                        .Distinct(StringComparer.Ordinal),
                ]
            );
        }
        catch (Exception exception) when (ConfigurationError.Describe(exception) is { } problem)
        {
            return CommandError.Report(ExitCode.Configuration, problem);
        }
        catch (IOException exception)
        {
            return CommandError.Report(ExitCode.Failure, exception.Message);
        }
    }

    private Dictionary<string, string?> Settings(ParseResult result)
    {
        Dictionary<string, string?> settings = new(StringComparer.Ordinal);
        Add(ClientOptions.Section, clients);
        Add(TextOptions.Section, text);
        Add(HttpOptions.Section, http);
        foreach ((int index, string origin) in (result.GetValue(origins) ?? []).Index())
        {
            settings[$"{ClientOptions.Section}:AllowedOrigins:{index}"] = origin;
        }
        if (result.GetValue(redis) is { } server)
        {
            settings[$"{BackplaneOptions.Section}:{nameof(BackplaneOptions.Redis)}"] = server;
        }
        if (result.GetValue(insecure))
        {
            settings[$"{ServerOptions.Section}:{nameof(ServerOptions.Insecure)}"] = "true";
        }
        return settings;

        void Add(string section, Option<string?> option)
        {
            if (result.GetValue(option) is { } address)
            {
                settings[$"{section}:Listen"] = address;
            }
        }
    }

    private static Option<string?> Address(string name, string description) =>
        new(name) { Description = description, HelpName = "ADDR:PORT" };

    [LoggerMessage(1, LogLevel.Error, "A task failed and nobody awaited it")]
    private static partial void TaskLost(ILogger logger, Exception exception);
}
