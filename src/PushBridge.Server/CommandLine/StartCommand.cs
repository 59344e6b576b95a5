using System.CommandLine;

namespace PushBridge.Server.CommandLine;

/// <summary><c>start</c>: runs a server that <c>stop</c>, <c>restart</c> and <c>status</c> find again.</summary>
internal sealed class StartCommand
{
    private readonly StartOptions options = new();

    public StartCommand()
    {
        Command = new Verb(
            "start",
            "Run the server with a pid file, so that stop, restart and status find it; with -d in the background",
            "pushbridge start -d",
            "pushbridge start -d --config pushbridge.json --log-file /var/log/pushbridge.log",
            "pushbridge start                      # in the foreground"
        )
        {
            RunsServer = options.IsForeground,
        };
        options.AddTo(Command);
        Command.SetAction(
            (result, cancellation) =>
                CommandError.GuardAsync(() => options.StartAsync(result, cancellation))
        );
    }

    public Command Command { get; }
}
