using System.CommandLine;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.CommandLine;

/// <summary>The options of commands that run a server, and the settings they stand for.</summary>
internal sealed class ServingOptions
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

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[config, clients, text, http, origins, redis, insecure])
        {
            command.Options.Add(option);
        }
    }

    public string? File(ParseResult result) => result.GetValue(config);

    /// <summary>What is above the file and the environment.</summary>
    public Dictionary<string, string?> Settings(ParseResult result)
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

    /// <summary>Everything that would keep a server from starting with this configuration, a line each; starts nothing.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(ParseResult result)
    {
        try
        {
            await using WebApplication app = PushBridgeServer.Create(
                File(result),
                Settings(result)
            );
            return [];
        }
        catch (Exception exception) when (ConfigurationError.Problems(exception) is { } problems)
        {
            return problems;
        }
    }

    /// <summary>The same options again, for another process of this program.</summary>
    public IEnumerable<string> Arguments(ParseResult result) =>
        ((Option<string?>[])[config, clients, text, http, redis])
            .Where(option => result.GetValue(option) is not null)
            .SelectMany(option => (string[])[option.Name, result.GetValue(option)!])
            .Concat(
                (result.GetValue(origins) ?? []).SelectMany(origin =>
                    (string[])[origins.Name, origin]
                )
            )
            .Concat(result.GetValue(insecure) ? [insecure.Name] : []);

    private static Option<string?> Address(string name, string description) =>
        new(name) { Description = description, HelpName = "ADDR:PORT" };
}
