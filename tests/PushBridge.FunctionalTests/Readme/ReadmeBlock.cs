using System.Net;
using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Documents;

namespace PushBridge.FunctionalTests.Readme;

/// <summary>A block of code in the README.</summary>
/// <param name="Heading">The heading it stands under.</param>
/// <param name="Language">What is said behind the fence; empty for a picture.</param>
/// <param name="Code">What is printed.</param>
internal sealed partial record ReadmeBlock(string Heading, string Language, string Code)
{
    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<ReadmeBlock> All { get; } = Read();

    /// <summary>The only one that contains that text.</summary>
    public static ReadmeBlock With(string text) =>
        All.Single(block => block.Code.Contains(text, StringComparison.Ordinal));

    /// <summary>The code, for a server that listens elsewhere than a fresh one does.</summary>
    public string At(
        IPEndPoint? clients = null,
        IPEndPoint? text = null,
        IPEndPoint? http = null
    ) =>
        Code.Replace("127.0.0.1:1234", $"{clients}", StringComparison.Ordinal)
            .Replace("127.0.0.1:5678", $"{text}", StringComparison.Ordinal)
            .Replace("127.0.0.1 5678", $"127.0.0.1 {text?.Port}", StringComparison.Ordinal)
            .Replace("127.0.0.1:5679", $"{http}", StringComparison.Ordinal);

    private static List<ReadmeBlock> Read()
    {
        List<ReadmeBlock> blocks = [];
        string heading = "";
        foreach (Match match in Part().Matches(File.ReadAllText(Repository.File("README.md"))))
        {
            if (match.Groups["heading"] is { Success: true, Value: var title })
            {
                heading = title;
            }
            else
            {
                blocks.Add(
                    new(heading, match.Groups["language"].Value, match.Groups["code"].Value)
                );
            }
        }
        return blocks;
    }

    [GeneratedRegex(
        @"^\#+\ (?<heading>.*)$ | ^```(?<language>\w*)\n(?<code>[\s\S]*?)^```$",
        RegexOptions.Multiline
            | RegexOptions.ExplicitCapture
            | RegexOptions.IgnorePatternWhitespace,
        1000
    )]
    private static partial Regex Part();
}
