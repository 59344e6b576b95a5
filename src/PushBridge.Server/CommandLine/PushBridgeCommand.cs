using System.CommandLine;
using System.CommandLine.Invocation;

namespace PushBridge.Server.CommandLine;

/// <summary>The command line: a table of verbs, and <c>serve</c> is what happens when none is given.</summary>
internal static class PushBridgeCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        if (Suggestions.IsAskedFor(args))
        {
            return Task.FromResult(Suggestions.Print(NewRoot(), args));
        }
        ParseResult result = NewRoot().Parse(args);
        // Whoever asks for help or the version has made none.
        bool isAction =
            result.Action is ParseErrorAction
            || result.Action == result.CommandResult.Command.Action;
        if (isAction && Mistakes.In(result) is { Count: > 0 } mistakes)
        {
            return Task.FromResult(Mistakes.Report(result, mistakes));
        }
        return result.InvokeAsync(
            result.CommandResult.Command is Verb verb && verb.RunsServer(result)
                // It drains, which takes longer than the two seconds allowed here.
                ? new InvocationConfiguration { ProcessTerminationTimeout = null }
                : new InvocationConfiguration()
        );
    }

    public static Command NewRoot()
    {
        // Not a RootCommand: that one is called after its file, and the program's name is pushbridge.
        Verb root = new(
            "pushbridge",
            "PushBridge: backends push one line over TCP, browsers receive it.",
            "pushbridge                            # serve on loopback; open http://127.0.0.1:1234/"
        )
        {
            RunsServer = _ => true,
        };
        root.Options.Add(TeachingHelp.NewOption());
        root.Options.Add(new VersionOption());
        ServeCommand serve = new();
        serve.AddTo(root);
        root.Subcommands.Add(serve.Command);
        root.Subcommands.Add(new StartCommand().Command);
        root.Subcommands.Add(new StopCommand().Command);
        root.Subcommands.Add(new RestartCommand().Command);
        root.Subcommands.Add(new StatusCommand().Command);
        root.Subcommands.Add(new ConnectionsCommand().Command);
        root.Subcommands.Add(new PushCommand().Command);
        root.Subcommands.Add(new BroadcastCommand().Command);
        root.Subcommands.Add(new TailCommand().Command);
        root.Subcommands.Add(new InitCommand().Command);
        root.Subcommands.Add(new CheckConfigCommand().Command);
        root.Subcommands.Add(new TokenCommand().Command);
        root.Subcommands.Add(new HealthCommand().Command);
        root.Subcommands.Add(new BenchCommand().Command);
        root.Subcommands.Add(new CompletionCommand().Command);
        return root;
    }
}
