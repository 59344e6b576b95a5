using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.CommandLine;

/// <summary><c>check-config</c>: says everything that is wrong with a configuration, and starts nothing.</summary>
internal sealed class CheckConfigCommand
{
    /// <summary>What is in paths of files and in sentences.</summary>
    private static readonly SearchValues<char> NoKey = SearchValues.Create(" '/\\");

    private readonly ServingOptions options = new();
    private readonly Option<bool> json = Json.NewOption();

    public CheckConfigCommand()
    {
        Command = new Verb(
            "check-config",
            "Say everything that is wrong with the configuration, each with the option's path; starts nothing",
            "pushbridge check-config --config pushbridge.json && sudo systemctl restart pushbridge",
            "pushbridge check-config --json | jq -r '.problems[].option'"
        );
        options.AddTo(Command);
        Command.Options.Add(json);
        Command.SetAction((result, _) => CommandError.GuardAsync(() => CheckAsync(result)));
    }

    public Command Command { get; }

    private async Task<int> CheckAsync(ParseResult result)
    {
        IReadOnlyList<string> problems = await options.ProblemsAsync(result);
        int exitCode = problems.Count == 0 ? ExitCode.Success : ExitCode.Configuration;
        if (result.GetValue(json))
        {
            Json.Print(writer => Write(writer, problems));
            return exitCode;
        }
        if (problems.Count == 0)
        {
            Console.Out.WriteLine("The configuration is good.");
        }
        return CommandError.Report(exitCode, problems);
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<string> problems)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("ok", problems.Count == 0);
        writer.WriteStartArray("problems");
        foreach (string problem in problems)
        {
            int end = EndOfKey(problem);
            writer.WriteStartObject();
            writer.WriteString("option", end < 0 ? null : problem[..end]);
            writer.WriteString("problem", end < 0 ? problem : problem[(end + 2)..]);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Where the key ends that the problem begins with; -1 for none: a file that cannot be read is no option's problem.</summary>
    private static int EndOfKey(string problem)
    {
        int end = problem.IndexOf(": ", StringComparison.Ordinal);
        return
            end > 0
            && (
                problem.StartsWith(ServerOptions.Section + ":", StringComparison.Ordinal)
                || problem.AsSpan(0, end).IndexOfAny(NoKey) < 0
            )
            ? end
            : -1;
    }
}
