using System.CommandLine;
using PushBridge.Hosting.Options;
using PushBridge.Server.Daemon;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary>What <c>start</c> and <c>restart</c> have in common: how a server with a pid file is started, in the background or not.</summary>
internal sealed class StartOptions
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    private readonly ServingOptions serving = new();
    private readonly DaemonPlace place = new();
    private readonly Option<bool> daemon = new("--daemon", "-d")
    {
        Description = "Run in the background, and return when it is ready",
    };
    private readonly Option<string?> logFile = new("--log-file")
    {
        Description =
            "With -d: where what the server prints is appended [default: PushBridge:Daemon:LogFile, or beside the pid file]",
        HelpName = "FILE",
    };
    private readonly Option<TimeSpan?> patience = new("--ready-timeout")
    {
        Description = "With -d: how long it may take to be ready [default: 30s]",
        HelpName = "TIME",
        CustomParser = argument => Duration.Parse(argument),
    };

    public void AddTo(Command command)
    {
        command.Options.Add(daemon);
        serving.AddTo(command);
        place.AddTo(command);
        command.Options.Add(logFile);
        command.Options.Add(patience);
    }

    public bool IsForeground(ParseResult result) => !result.GetValue(daemon);

    public PidFile File(ParseResult result) => place.File(result, serving.File(result));

    /// <summary>Where the server will answer on HTTP.</summary>
    public HttpOptions Http(ParseResult result) =>
        ServerAccess.Bound<HttpOptions>(
            new ConfigurationBuilder()
                .AddConfiguration(ConfigurationFile.Load(serving.File(result)))
                .AddInMemoryCollection(serving.Settings(result))
                .Build(),
            HttpOptions.Section
        );

    /// <summary>What keeps the server from starting before it has begun, a line each.</summary>
    public Task<IReadOnlyList<string>> ProblemsAsync(ParseResult result) =>
        serving.ProblemsAsync(result);

    public async Task<int> StartAsync(ParseResult result, CancellationToken cancellation)
    {
        PidFile file = File(result);
        if (result.GetValue(daemon))
        {
            return await StartInBackgroundAsync(file, result, cancellation);
        }
        if (await file.ReadAsync() is { } running)
        {
            throw new AlreadyRunningException(running, file.Path);
        }
        Dictionary<string, string?> settings = serving.Settings(result);
        settings[$"{DaemonOptions.Section}:{nameof(DaemonOptions.PidFile)}"] = file.Path;
        return await ServeCommand.ServeAsync(serving.File(result), settings, cancellation);
    }

    private async Task<int> StartInBackgroundAsync(
        PidFile file,
        ParseResult result,
        CancellationToken cancellation
    )
    {
        if (OperatingSystem.IsWindows())
        {
            return CommandError.Report(
                ExitCode.Failure,
                "start -d is for Unix; on Windows let the service manager run pushbridge serve"
            );
        }
        DaemonOptions options = place.Options(result, serving.File(result));
        options.LogFile = result.GetValue(logFile) ?? options.LogFile;
        string log = DaemonFiles.LogFile(options, file.Path);
        ServerRecord server = await new BackgroundServer(file, TimeProvider.System).StartAsync(
            ["start", "--pid-file", file.Path, .. serving.Arguments(result)],
            log,
            result.GetValue(patience) ?? DefaultPatience,
            cancellation
        );
        Console.Out.WriteLine(
            $"""
            started (pid {server.ProcessId})
              clients  {server.Clients}
              text     {server.Text}
              http     {server.Http}
              log      {log}
            """
        );
        return ExitCode.Success;
    }
}
