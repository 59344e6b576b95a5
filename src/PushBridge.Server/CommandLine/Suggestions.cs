using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;

namespace PushBridge.Server.CommandLine;

/// <summary>
/// What a shell asks when somebody presses the tabulator key: <c>[suggest:POSITION] "the line so far"</c>, the directive of System.CommandLine, which knows it only
/// below a command that is called after its file.
/// </summary>
internal static class Suggestions
{
    private const string Begin = "[suggest";
    private const string End = "]";

    public static bool IsAskedFor(string[] args) =>
        args is [var directive, ..]
        && directive.StartsWith(Begin, StringComparison.Ordinal)
        && directive.EndsWith(End, StringComparison.Ordinal);

    public static int Print(Command root, string[] args)
    {
        string line = args.Length > 1 ? args[1] : "";
        string digits = args[0][Begin.Length..^End.Length].TrimStart(':');
        int position = int.TryParse(digits, CultureInfo.InvariantCulture, out int given)
            ? Math.Clamp(given, 0, line.Length)
            : line.Length;
        foreach (CompletionItem item in root.Parse(line).GetCompletions(position))
        {
            string text = item.InsertText ?? item.Label;
            // Windows' ways to ask for help.
            if (!text.StartsWith('/'))
            {
                Console.Out.WriteLine(text);
            }
        }
        return ExitCode.Success;
    }
}
