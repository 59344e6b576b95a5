using System.CommandLine;
using System.CommandLine.Help;

namespace PushBridge.Server.CommandLine;

/// <summary>The command line: <c>pushbridge serve</c>, and <c>serve</c> is what it does when no verb is given.</summary>
internal static class PushBridgeCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        // Not a RootCommand: that one is called after its file, and the program's name is pushbridge.
        Command root = new(
            "pushbridge",
            "PushBridge: backends push one line over TCP, browsers receive it."
        );
        root.Options.Add(new HelpOption { Recursive = true });
        root.Options.Add(new VersionOption());
        ServeCommand serve = new();
        serve.AddTo(root);
        root.Subcommands.Add(serve.Command);
        root.Subcommands.Add(new InitCommand().Command);
        root.Subcommands.Add(new TokenCommand().Command);
        // The host handles SIGTERM and Ctrl+C itself: it drains, which takes longer than the two seconds allowed here.
        return root.Parse(args)
            .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
