using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Packaging;

/// <summary>What is published: the packages' contents, their words about themselves, and one version for everything.</summary>
[Collection(nameof(PublishedGroup))]
public sealed partial class PackageTests(PublishedFiles published) : IDisposable
{
    private static readonly string Version = VersionLine()
        .Match(File.ReadAllText(Repository.File("Directory.Build.props")))
        .Groups["version"]
        .Value;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    [Fact]
    public async Task The_packages_are_complete_and_the_tool_runs()
    {
        new DirectoryInfo(published.Packages)
            .EnumerateFiles()
            .Select(file => file.Name)
            .Should()
            .BeEquivalentTo(
                PublishedFiles.Projects.SelectMany(project =>
                    new[] { $"{project}.{Version}.nupkg", $"{project}.{Version}.snupkg" }
                )
            );

        foreach (var project in PublishedFiles.Projects)
        {
            using var package = Open($"{project}.{Version}.nupkg");
            CheckDescription(project, package);
            using var symbols = Open($"{project}.{Version}.snupkg");
            symbols.Entries.Should().Contain(entry => entry.Name == $"{project}.pdb");
        }
        using (var library = Open($"PushBridge.{Version}.nupkg"))
        {
            Files(library)
                .Should()
                .BeEquivalentTo(
                    "README.md",
                    "lib/net10.0/PushBridge.dll",
                    "lib/net10.0/PushBridge.xml"
                );
        }
        await CheckToolAsync();
    }

    [Fact]
    public async Task A_configuration_that_lies_beside_the_program_s_source_is_not_published()
    {
        string project = Repository.File("src/PushBridge.Server");
        string stray = Path.Combine(project, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(stray, "{}");
        try
        {
            ProgramResult items = await ChildProcess.RunAsync(
                "dotnet",
                ["msbuild", project, "-getItem:Content"]
            );

            items.ExitCode.Should().Be(0, items.Output);
            items
                .Output.Should()
                .Contain("appsettings.json")
                .And.NotContain(Path.GetFileName(stray));
        }
        finally
        {
            File.Delete(stray);
        }
    }

    [Fact]
    public void Everything_has_the_one_version()
    {
        Json("client-js/package.json").GetProperty("version").GetString().Should().Be(Version);
        Json("client-js/package-lock.json").GetProperty("version").GetString().Should().Be(Version);
        File.ReadAllText(Repository.File("src/PushBridge.Server/wwwroot/pushbridge.js"))
            .Should()
            .StartWith($"/* PushBridge {Version},");
        File.ReadAllLines(Repository.File("CHANGELOG.md"))
            .First(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Should()
            .StartWith($"## {Version}");
    }

    [Fact]
    public void The_librarys_own_readme_shows_lines_of_the_sample_that_is_tested()
    {
        var sample = File.ReadAllLines(Repository.File("README.md"));
        var own = File.ReadAllText(Repository.File("src/PushBridge/README.md"));

        own.Split("```")[1]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Should()
            .HaveCountGreaterThan(5)
            .And.BeSubsetOf(sample);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static void CheckDescription(string project, ZipArchive package)
    {
        var metadata = Metadata(package);
        metadata["id"].Should().Be(project);
        metadata["version"].Should().Be(Version);
        metadata["license"].Should().Be("MIT");
        metadata["readme"].Should().Be("README.md");
        metadata["description"].Should().EndWith(".");
        metadata["tags"].Should().Contain("push");
        Files(package).Should().Contain("README.md");
        foreach (
            var entry in package.Entries.Where(entry =>
                entry.Name.EndsWith(".dll", StringComparison.Ordinal)
            )
        )
        {
            if (entry.Name.StartsWith("PushBridge", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(entry.Open(), System.Text.Encoding.Latin1);
                reader
                    .ReadToEnd()
                    .Should()
                    .NotContain(Repository.Root, "the folder of a build is nobody's affair");
            }
        }
    }

    private async Task CheckToolAsync()
    {
        using var tool = Open($"PushBridge.Server.{Version}.nupkg");
        Files(tool)
            .Should()
            .Contain([
                "tools/net10.0/any/DotnetToolSettings.xml",
                "tools/net10.0/any/appsettings.json",
                "tools/net10.0/any/wwwroot/index.html",
                "tools/net10.0/any/wwwroot/dashboard/index.html",
            ])
            .And.OnlyContain(file =>
                file == "README.md" || file.StartsWith("tools/", StringComparison.Ordinal)
            )
            .And.NotContain(file => file.Contains("operations", StringComparison.Ordinal));
        var place = Path.Combine(folder.FullName, "tool");
        tool.ExtractToDirectory(place);
        var program = Path.Combine(place, "tools", "net10.0", "any");
        var command = XDocument
            .Load(Path.Combine(program, "DotnetToolSettings.xml"))
            .Descendants("Command")
            .Single();

        command.Attribute("Name")!.Value.Should().Be("pushbridge");
        command.Attribute("EntryPoint")!.Value.Should().Be("PushBridge.Server.dll");
        await using var server = await ServerProcess.StartAsync(
            ["--clients", "127.0.0.1:0", "--text", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            [],
            program
        );
        using var http = new HttpClient { BaseAddress = server.ClientsUrl };
        (await http.GetStringAsync("/")).Should().Contain("<title>");
    }

    private ZipArchive Open(string name) =>
        ZipFile.OpenRead(Path.Combine(published.Packages, name));

    /// <summary>Without what every package has by the rules of its format.</summary>
    private static string[] Files(ZipArchive package) =>
        [
            .. package
                .Entries.Select(entry => entry.FullName)
                .Where(file =>
                    !file.EndsWith(".nuspec", StringComparison.Ordinal)
                    && !file.StartsWith("_rels/", StringComparison.Ordinal)
                    && !file.StartsWith("package/", StringComparison.Ordinal)
                    && file != "[Content_Types].xml"
                ),
        ];

    private static Dictionary<string, string> Metadata(ZipArchive package)
    {
        using var stream = package
            .Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal))
            .Open();
        return XDocument
            .Load(stream)
            .Root!.Elements()
            .Single()
            .Elements()
            .ToDictionary(element => element.Name.LocalName, element => element.Value);
    }

    private static JsonElement Json(string path) =>
        JsonDocument.Parse(File.ReadAllText(Repository.File(path))).RootElement;

    [GeneratedRegex("<Version>(?<version>[^<]+)</Version>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionLine();
}
