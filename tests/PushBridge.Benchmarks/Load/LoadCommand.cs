using System.CommandLine;
using System.Net;
using PushBridge.Benchmarks.Load.Modes;
using PushBridge.Benchmarks.Load.Servers;
using PushBridge.Benchmarks.Load.Sockets;

namespace PushBridge.Benchmarks.Load;

/// <summary>The verb <c>load</c>: one subcommand per mode.</summary>
internal sealed class LoadCommand
{
    private readonly Option<string> clientsPort = new("--clients")
    {
        Description = "Clients port of a running server (with --text and --pid)",
    };
    private readonly Option<string> textPort = new("--text")
    {
        Description = "Text port of a running server",
    };
    private readonly Option<int> pid = new("--pid")
    {
        Description = "Process id of a running server",
    };
    private readonly Option<bool> json = new("--json") { Description = "Print the row as JSON" };
    private readonly Option<double> warmup = Default(
        "--warmup",
        5.0,
        "Seconds before the measured ones"
    );
    private readonly Option<double> seconds = Default("--seconds", 5.0, "Measured seconds");

    public static Command Create() => new LoadCommand().Build();

    private Command Build()
    {
        Command load = new("load", "Loads a server over loopback and checks every frame (Linux)");
        load.Subcommands.Add(
            Traffic("push", "Pushes round robin over the clients", new(), TrafficMode.Push)
        );
        load.Subcommands.Add(
            Traffic(
                "broadcast",
                "Broadcasts to all clients",
                new() { Clients = 1000, Window = 1 },
                TrafficMode.Broadcast
            )
        );
        load.Subcommands.Add(
            Traffic(
                "rr",
                "16 backends in strict request/response",
                new() { Publishers = 16, Window = 1 },
                TrafficMode.Push
            )
        );
        load.Subcommands.Add(
            Traffic("modest", "A fixed rate, open loop", new() { Rate = 2000 }, TrafficMode.Push)
        );
        load.Subcommands.Add(
            Connections("idle", "Memory and CPU of connections nobody uses", 10_000, IdleMode.Run)
        );
        load.Subcommands.Add(
            Connections("churn", "Clients that connect and close in a loop", 64, ChurnMode.Run)
        );
        load.Subcommands.Add(
            Callers("client", "Callers of one PushClient, the .NET library", TrafficMode.Client)
        );
        load.Subcommands.Add(ClusterCommand());
        load.Subcommands.Add(SuiteCommand());
        return load;
    }

    private Command Traffic(
        string name,
        string description,
        LoadSettings defaults,
        Func<string, LoadSettings, ServerProcess, LoadRow> mode
    )
    {
        Option<int> count = Default(
            "--clients-count",
            defaults.Clients,
            "Clients that are sent to"
        );
        Option<int> bystanders = Default(
            "--bystanders",
            0,
            "Further clients that nothing is sent to"
        );
        Option<int> bytes = Default("--bytes", defaults.Bytes, "Bytes of a payload");
        Option<int> window = Default(
            "--window",
            defaults.Window,
            "Lines of one publisher without a reply"
        );
        Option<int> publishers = Default(
            "--publishers",
            defaults.Publishers,
            "Backend connections"
        );
        Option<int> rate = Default(
            "--rate",
            defaults.Rate,
            "Commands a second; 0: as fast as the window allows"
        );
        Command command = new(name, description) { count, bystanders, bytes, window };
        if (name != "broadcast")
        {
            command.Options.Add(publishers);
            command.Options.Add(rate);
        }
        return Runs(
            command,
            (parsed, common, server) =>
            {
                LoadSettings settings = common with
                {
                    Clients = parsed.GetValue(count),
                    Bystanders = parsed.GetValue(bystanders),
                    Bytes = parsed.GetValue(bytes),
                    Window = parsed.GetValue(window),
                    Publishers = name == "broadcast" ? 1 : parsed.GetValue(publishers),
                    Rate = name == "broadcast" ? 0 : parsed.GetValue(rate),
                };
                return mode(
                    $"{name}, {settings.Clients} clients, {settings.Bytes} B",
                    settings,
                    server
                );
            }
        );
    }

    private Command Connections(
        string name,
        string description,
        int clients,
        Func<string, LoadSettings, ServerProcess, LoadRow> mode
    )
    {
        Option<int> count = Default("--clients-count", clients, "Clients at a time");
        return Runs(
            new Command(name, description) { count },
            (parsed, common, server) =>
            {
                LoadSettings settings = common with { Clients = parsed.GetValue(count) };
                return mode($"{name}, {settings.Clients} clients", settings, server);
            }
        );
    }

    private Command Callers(
        string name,
        string description,
        Func<string, LoadSettings, ServerProcess, LoadRow> mode
    )
    {
        LoadSettings defaults = new();
        Option<int> count = Default(
            "--clients-count",
            defaults.Clients,
            "Clients, each with a caller of its own"
        );
        Option<int> bytes = Default("--bytes", defaults.Bytes, "Bytes of a payload");
        return Runs(
            new Command(name, description) { count, bytes },
            (parsed, common, server) =>
            {
                LoadSettings settings = common with
                {
                    Clients = parsed.GetValue(count),
                    Bytes = parsed.GetValue(bytes),
                };
                return mode(
                    $"{name}, {settings.Clients} callers, {settings.Bytes} B",
                    settings,
                    server
                );
            }
        );
    }

    private Command Runs(
        Command command,
        Func<ParseResult, LoadSettings, ServerProcess, LoadRow> run
    )
    {
        foreach (Option option in (Option[])[clientsPort, textPort, pid, warmup, seconds, json])
        {
            command.Options.Add(option);
        }
        command.SetAction(parsed =>
            Guarded(() =>
            {
                LoadSettings common = new LoadSettings
                {
                    Warmup = TimeSpan.FromSeconds(parsed.GetValue(warmup)),
                    Measured = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                };
                using ServerProcess server = Server(parsed);
                LoadRow row = run(parsed, common, server);
                Console.WriteLine(parsed.GetValue(json) ? row.ToJson() : row.ToString());
                return row.Problem is null;
            })
        );
        return command;
    }

    private Command ClusterCommand()
    {
        Option<int> window = Default("--window", 64, "Lines of the publisher without a reply");
        Option<int> bytes = Default("--bytes", 40, "Bytes of a payload");
        Option<int> clients = Default("--clients-count", 10_000, "Clients of the last part");
        Option<int> groups = Default("--groups", 40_000, "Groups of the last part");
        Command command = new("cluster", "Two servers around a redis-server of their own")
        {
            window,
            bytes,
            clients,
            groups,
            warmup,
            seconds,
        };
        command.SetAction(parsed =>
            Guarded(() =>
                ClusterMode.Run(
                    new LoadSettings
                    {
                        Window = parsed.GetValue(window),
                        Bytes = parsed.GetValue(bytes),
                        Warmup = TimeSpan.FromSeconds(parsed.GetValue(warmup)),
                        Measured = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                    },
                    parsed.GetValue(clients),
                    parsed.GetValue(groups)
                )
            )
        );
        return command;
    }

    private Command SuiteCommand()
    {
        Option<string?> results = new("--results")
        {
            Description =
                "Also replace the table in this document, RESULTS.md (dotnet run starts in the project's folder)",
        };
        Command command = new(
            "suite",
            "The standard rows, a fresh server for each, as a markdown table"
        )
        {
            json,
            results,
        };
        command.SetAction(parsed =>
            Guarded(() => Suite.Run(parsed.GetValue(json), parsed.GetValue(results)))
        );
        return command;
    }

    private ServerProcess Server(ParseResult parsed) =>
        (parsed.GetValue(clientsPort), parsed.GetValue(textPort), parsed.GetValue(pid)) switch
        {
            (null, null, 0) => ServerProcess.Start(),
            ({ } clients, { } text, > 0 and int process) => ServerProcess.Attach(
                IPEndPoint.Parse(clients),
                IPEndPoint.Parse(text),
                process
            ),
            _ => throw new LoadException("--clients, --text and --pid belong together"),
        };

    private static int Guarded(Func<bool> run)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                throw new LoadException("the load program needs Linux (epoll, /proc)");
            }
            DescriptorLimit.Raise();
            return run() ? 0 : 1;
        }
        catch (LoadException problem)
        {
            Console.Error.WriteLine($"WRONG: {problem.Message}");
            return 1;
        }
    }

    private static Option<T> Default<T>(string name, T value, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
