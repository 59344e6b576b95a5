using System.Text.Json;
using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Documents;

namespace PushBridge.FunctionalTests.Packaging;

/// <summary>The server's Dockerfile, by its instructions.</summary>
internal sealed partial class ImageFile
{
    public const string Path = "src/PushBridge.Server/Dockerfile";

    private ImageFile(IReadOnlyList<(string Name, string Value)> instructions) =>
        Instructions = instructions;

    /// <summary>In order, with their lines joined.</summary>
    public IReadOnlyList<(string Name, string Value)> Instructions { get; }

    public IReadOnlyList<string> EntryPoint => Program(Last("ENTRYPOINT"));

    public IReadOnlyList<string> HealthCheck => Program(Last("HEALTHCHECK").Split("CMD ")[1]);

    /// <summary>What the image says in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        Last("ENV")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);

    public static ImageFile Read()
    {
        var text = Continuation()
            .Replace(File.ReadAllText(Repository.File(Path)), " ")
            .Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(' ', 2))
            .Select(parts => (parts[0], parts[1].Trim()));
        return new ImageFile([.. text]);
    }

    public string Last(string name) =>
        Instructions.Last(instruction => instruction.Name == name).Value;

    private static string[] Program(string json) => JsonSerializer.Deserialize<string[]>(json)!;

    [GeneratedRegex(@"\\\n\s*", RegexOptions.None, 1000)]
    private static partial Regex Continuation();
}
