using System.CommandLine;

namespace PushBridge.Server.CommandLine;

/// <summary><c>serve</c>: runs the server in the foreground until it is told to stop.</summary>
internal sealed partial class ServeCommand
{
    private readonly ServingOptions options = new();

    public ServeCommand()
    {
        Command = new Verb(
            "serve",
            "Run the server (the default); SIGTERM or Ctrl+C drains and ends it",
            "pushbridge serve",
            "pushbridge serve --clients 127.0.0.1:8000 --allow-origin http://localhost:3000",
            "pushbridge serve --config pushbridge.json   # a file that pushbridge init has written",
            "PushBridge__Text__Listen=127.0.0.1:9000 pushbridge serve"
        )
        {
            RunsServer = _ => true,
        };
        AddTo(Command);
    }

    public Command Command { get; }

    /// <summary>Gives a command these options and this action.</summary>
    public void AddTo(Command command)
    {
        options.AddTo(command);
        command.SetAction(
            (result, cancellation) =>
                ServeAsync(options.File(result), options.Settings(result), cancellation)
        );
    }

    /// <summary>Runs the server; whatever keeps it from starting is one line for each problem on standard error.</summary>
    public static Task<int> ServeAsync(
        string? configurationFile,
        IReadOnlyDictionary<string, string?> settings,
        CancellationToken cancellation
    ) =>
        CommandError.GuardAsync(async () =>
        {
            await using WebApplication app = PushBridgeServer.Create(configurationFile, settings);
            TaskScheduler.UnobservedTaskException += (_, lost) =>
                TaskLost(app.Logger, lost.Exception);
            await app.RunAsync(cancellation);
            return ExitCode.Success;
        });

    [LoggerMessage(1, LogLevel.Error, "A task failed and nobody awaited it")]
    private static partial void TaskLost(ILogger logger, Exception exception);
}
