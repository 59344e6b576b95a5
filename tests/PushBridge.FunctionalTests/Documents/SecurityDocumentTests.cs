using System.Text.RegularExpressions;

namespace PushBridge.FunctionalTests.Documents;

/// <summary>SECURITY.md names tests as its proof: they exist.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string[] Threats =
    [
        .. File.ReadAllLines(Repository.File("SECURITY.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1),
    ];

    [Fact]
    public void Every_threat_names_tests_that_exist()
    {
        HashSet<string> tests =
        [
            .. Directory
                .EnumerateFiles(Repository.File("tests"), "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];

        Threats.Length.Should().BeGreaterThan(20);
        foreach (string threat in Threats)
        {
            string[] named =
            [
                .. Name().Matches(threat.Split('|')[3]).Select(name => name.Groups["name"].Value),
            ];
            named.Should().NotBeEmpty(threat);
            tests.Should().Contain(named);
        }
    }

    [GeneratedRegex(
        "`(?<name>[A-Za-z0-9]+)`",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Name();
}
