using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PushBridge.Server.CommandLine;

/// <summary>The usual help, then examples and exit codes.</summary>
internal sealed class TeachingHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static HelpOption NewOption()
    {
        HelpOption option = new() { Recursive = true };
        option.Action = new TeachingHelp((HelpAction)option.Action!);
        return option;
    }

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            output.WriteLine("Examples:");
            foreach (string example in verb.Examples)
            {
                output.WriteLine($"  {example}");
            }
            output.WriteLine();
        }
        output.WriteLine("Exit codes:");
        foreach ((int code, string meaning) in ExitCode.Meanings)
        {
            output.WriteLine($"  {code, 2}  {meaning}");
        }
        return ExitCode.Success;
    }
}
