using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Packaging;

/// <summary>What is shipped, made of what was built for these tests: the packages, and the program as the image has it.</summary>
public sealed class PublishedFiles : IAsyncLifetime
{
    public static readonly IReadOnlyList<string> Projects =
    [
        "PushBridge",
        "PushBridge.Client",
        "PushBridge.Server",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    public string Packages => Path.Combine(folder.FullName, "packages");

    public string Program => Path.Combine(folder.FullName, "program");

    public async ValueTask InitializeAsync()
    {
        var configuration = new DirectoryInfo(ServerProcess.BuiltFolder).Parent!.Name;
        var common = $"NoBuild=true;Configuration={configuration}";
        // As for the whole solution: what is no package is passed over.
        var all = string.Join(
            ';',
            Projects
                .Select(Project)
                .Append(Repository.File("tests/PushBridge.Tests/PushBridge.Tests.csproj"))
        );
        var file = Path.Combine(folder.FullName, "all.proj");
        // One process for everything: most of such a program's time is its start.
        await File.WriteAllTextAsync(
            file,
            $"""
            <Project>
              <Target Name="All">
                <MSBuild Projects="{all}" Targets="Pack" Properties="{common};PackageOutputPath={Packages}" />
                <MSBuild Projects="{Project(
                "PushBridge.Server"
            )}" Targets="Publish" Properties="{common};UseAppHost=false;PublishDir={Program}/" />
              </Target>
            </Project>
            """
        );
        var result = await ChildProcess.RunAsync(
            "dotnet",
            ["msbuild", file, "-t:All", "-v:quiet", "-nologo"],
            ("MSBUILDDISABLENODEREUSE", "1"),
            ("DOTNET_CLI_TELEMETRY_OPTOUT", "1")
        );
        result.Should().Be(new ProgramResult(0, "", ""), "there is nothing to warn of");
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string Project(string name) => Repository.File($"src/{name}/{name}.csproj");
}

/// <summary>The tests that look at what is shipped.</summary>
[CollectionDefinition(nameof(PublishedGroup))]
public sealed class PublishedGroup : ICollectionFixture<PublishedFiles>;
