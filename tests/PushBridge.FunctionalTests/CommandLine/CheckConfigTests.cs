using System.Text.Json;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary><c>check-config</c>, and misspelt keys wherever they come from.</summary>
public sealed class CheckConfigTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    private string ConfigurationFile => Path.Combine(folder.FullName, "pushbridge.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_good_configuration_is_said_to_be_good()
    {
        await File.WriteAllTextAsync(
            ConfigurationFile,
            """{ "PushBridge": { "Clients": { "MaxConnections": 5 } } }"""
        );

        var (code, output, errors) = await ServerProcess.RunAsync([
            "check-config",
            "--config",
            ConfigurationFile,
        ]);

        (code, errors).Should().Be((0, ""));
        output.Should().Contain("good");
    }

    [Fact]
    public async Task All_problems_are_reported_at_once_whatever_they_come_from()
    {
        await File.WriteAllTextAsync(
            ConfigurationFile,
            """
            {
              "PushBridge": {
                "Client": { "Listen": "127.0.0.1:0" },
                "Clients": { "MaxConections": 5, "AllowedOrigins": "https://a.example" },
                "Queue": { "MaxBytes": 1 }
              },
              "Bakcends": { "Secrets": [] }
            }
            """
        );

        var (code, output, errors) = await ServerProcess.RunAsync(
            ["check-config", "--json", "--config", ConfigurationFile, "--text", "somewhere"],
            [("PushBridge__Http__Lsiten", "127.0.0.1:0"), ("PushBridge__Queue__MaxAge", "long")]
        );

        code.Should().Be(78);
        using JsonDocument report = JsonDocument.Parse(output);
        report.RootElement.GetProperty("ok").GetBoolean().Should().BeFalse();
        Dictionary<string, string> problems = report
            .RootElement.GetProperty("problems")
            .EnumerateArray()
            .ToDictionary(
                problem => problem.GetProperty("option").GetString()!,
                problem => problem.GetProperty("problem").GetString()!
            );
        problems
            .Keys.Should()
            .BeEquivalentTo(
                "PushBridge:Client",
                "PushBridge:Clients:MaxConections",
                "PushBridge:Clients:AllowedOrigins",
                "PushBridge:Queue:MaxBytes",
                "PushBridge:Queue:MaxAge",
                "PushBridge:Http:Lsiten",
                "PushBridge:Text:Listen",
                "Bakcends"
            );
        problems["Bakcends"].Should().EndWith("did you mean PushBridge:Backends?");
        problems["PushBridge:Client"].Should().EndWith("did you mean PushBridge:Clients?");
        problems["PushBridge:Http:Lsiten"].Should().EndWith("did you mean PushBridge:Http:Listen?");
        errors.Should().BeEmpty("a program reads");
    }

    [Fact]
    public async Task Every_option_is_taken_from_the_environment_and_a_bad_value_is_named_with_its_path()
    {
        const string bad = "\u0001";
        // Any text will do for these, or nobody reads them while the certificate itself cannot be read.
        string[] free =
        [
            "Clients:Certificate:KeyPath",
            "Clients:Certificate:Password",
            "Text:Certificate:KeyPath",
            "Text:Certificate:Password",
            "Http:Certificate:KeyPath",
            "Http:Certificate:Password",
            "Clients:Authentication:Token:Audience",
            "Clients:Authentication:Token:Issuer",
            "Backplane:Password",
            "Backplane:Prefix",
            "Daemon:PidFile",
            "Daemon:LogFile",
        ];
        using JsonDocument settings = JsonDocument.Parse(
            await File.ReadAllTextAsync(Repository.File("src/PushBridge.Server/appsettings.json")),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }
        );
        string[] options =
        [
            .. Leaves(settings.RootElement.GetProperty("PushBridge"), "PushBridge"),
        ];

        var (code, output, _) = await ServerProcess.RunAsync(
            ["check-config", "--json"],
            [.. options.Select(option => (option.Replace(":", "__"), bad))]
        );

        code.Should().Be(78);
        options.Should().HaveCountGreaterThan(70);
        using JsonDocument report = JsonDocument.Parse(output);
        report
            .RootElement.GetProperty("problems")
            .EnumerateArray()
            .Select(problem => problem.GetProperty("option").GetString())
            .Distinct()
            .Should()
            .BeEquivalentTo(options.Except(free.Select(option => $"PushBridge:{option}")));
    }

    /// <summary>The path of each value; of a list, that of its first.</summary>
    private static IEnumerable<string> Leaves(JsonElement element, string path) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(property => Leaves(property.Value, $"{path}:{property.Name}")),
            JsonValueKind.Array => [$"{path}:0"],
            _ => [path],
        };

    [Fact]
    public async Task A_file_that_is_no_JSON_is_a_problem_of_no_option()
    {
        await File.WriteAllTextAsync(ConfigurationFile, "{ \"PushBridge\": ");

        var (code, output, _) = await ServerProcess.RunAsync([
            "check-config",
            "--json",
            "--config",
            ConfigurationFile,
        ]);

        code.Should().Be(78);
        using JsonDocument report = JsonDocument.Parse(output);
        JsonElement problem = report.RootElement.GetProperty("problems")[0];
        problem.GetProperty("option").ValueKind.Should().Be(JsonValueKind.Null);
        problem.GetProperty("problem").GetString().Should().Contain(ConfigurationFile);
    }

    [Theory]
    [InlineData("check-config")]
    [InlineData("token", "--uid", "uid1")]
    [InlineData("health")]
    [InlineData("serve")]
    [InlineData("stop")]
    public async Task A_file_that_cannot_be_read_is_one_line_whoever_reads_it(
        string verb,
        params string[] more
    )
    {
        await File.WriteAllTextAsync(ConfigurationFile, "{}");
        foreach (
            (string path, string problem) in ((string, string)[])
                [
                    (folder.FullName, $"{folder.FullName} is a folder"),
                    ($"{ConfigurationFile}/x", $"no such file: {ConfigurationFile}/x"),
                ]
        )
        {
            var (code, output, errors) = await ServerProcess.RunAsync([
                verb,
                "--config",
                path,
                .. more,
            ]);

            (code, output, errors).Should().Be((78, "", $"pushbridge: {problem}"));
        }
    }

    [Theory]
    [InlineData("{\n  \"PushBridge\": {\n    \"Text\" {}\n  }\n}", "line 3, byte 12: '{' is ")]
    [InlineData("{\n  \"PushBridge\": {\n  }\n", "line 4, byte 1: ")]
    [InlineData("[]", "Top-level JSON element must be an object")]
    public async Task What_is_no_JSON_is_said_with_its_place(string json, string problem)
    {
        await File.WriteAllTextAsync(ConfigurationFile, json);

        var (code, _, errors) = await ServerProcess.RunAsync([
            "check-config",
            "--config",
            ConfigurationFile,
        ]);

        code.Should().Be(78);
        errors
            .Should()
            .StartWith($"pushbridge: {ConfigurationFile}: ")
            .And.Contain(problem)
            .And.NotContain("LineNumber");
    }

    [Fact]
    public async Task A_change_that_is_no_JSON_is_said_with_its_place_and_changes_nothing()
    {
        const string good = """{ "PushBridge": { "Queue": { "MaxAge": "00:00:11" } } }""";
        await File.WriteAllTextAsync(ConfigurationFile, good);
        await using ServerProcess server = await ServerProcess.StartAsync(
            "--config",
            ConfigurationFile
        );

        await File.WriteAllTextAsync(ConfigurationFile, good[..^1]);

        await PushBridgeServer.EventuallyAsync(
            () => server.Output.Contains("everything stays as it is"),
            "what is wrong with the file"
        );
        server.Errors.Should().BeEmpty();
        server
            .Output.Should()
            .Contain($"{ConfigurationFile}: not JSON in line 1, byte {good.Length}: ");
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_is_not_missed_as_well()
    {
        await File.WriteAllTextAsync(
            ConfigurationFile,
            """{ "PushBridge": { "Listeners": { "lan": { "Protocol": "txt", "Listen": "127.0.0.1:0" } } } }"""
        );

        var (code, _, errors) = await ServerProcess.RunAsync([
            "check-config",
            "--config",
            ConfigurationFile,
        ]);

        (code, errors)
            .Should()
            .Be(
                (
                    78,
                    "pushbridge: PushBridge:Listeners:lan:Protocol: 'txt' is not one of clients, text, http"
                )
            );
    }

    [Fact]
    public async Task A_server_does_not_start_with_a_misspelt_key()
    {
        var (code, _, errors) = await ServerProcess.RunAsync(
            ["--clients", "127.0.0.1:0", "--text", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            [("PushBridge__Clients__HelloTimout", "00:00:01")]
        );

        code.Should().Be(78);
        errors
            .Should()
            .Be(
                "pushbridge: PushBridge:Clients:HelloTimout: there is no such option; did you mean PushBridge:Clients:HelloTimeout?"
            );
    }

    [Theory]
    [InlineData(
        "Logging__LogLevel__Default",
        "verbose",
        "Logging:LogLevel:Default: 'verbose' is not one of trace, debug, "
    )]
    [InlineData(
        "Logging__Console__LogLevel__Microsoft",
        "Debgu",
        "Logging:Console:LogLevel:Microsoft: 'Debgu' is not one of trace, debug, "
    )]
    [InlineData(
        "Logging__LogLevl__Default",
        "Debug",
        "Logging:LogLevl: there is no such option; did you mean Logging:LogLevel?"
    )]
    [InlineData(
        "Logging__Console__LogLevl__Default",
        "Debug",
        "Logging:Console:LogLevl: there is no such option; did you mean Logging:Console:LogLevel?"
    )]
    [InlineData(
        "Logging__CaptureScopes",
        "maybe",
        "Logging:CaptureScopes: 'maybe' is not true or false"
    )]
    [InlineData(
        "Logging__Console__FormatterOptions__SingleLine",
        "maybe",
        "Logging:Console:FormatterOptions:SingleLine: 'maybe' is not true or false"
    )]
    [InlineData(
        "Logging__Console__FormatterOptions__JsonWriterOptions__Indented",
        "maybe",
        "Logging:Console: Failed to convert configuration value 'maybe'"
    )]
    [InlineData(
        "Kestrel__Endpoints__Http__Url",
        "http://127.0.0.1:0",
        "Kestrel:Endpoints: the server opens its own listeners; say here what is to listen where: PushBridge:Listeners"
    )]
    public async Task What_the_framework_cannot_take_is_one_line_with_its_key(
        string variable,
        string value,
        string problem
    )
    {
        foreach (string verb in (string[])["check-config", "serve"])
        {
            var (code, output, errors) = await ServerProcess.RunAsync(
                [verb, .. ServerProcess.FreePorts],
                [(variable, value)]
            );

            (code, output).Should().Be((78, ""));
            errors
                .Split('\n')
                .Should()
                .ContainSingle()
                .Which.Should()
                .StartWith($"pushbridge: {problem}");
        }
    }

    [Theory]
    [InlineData("Logging__LogLevel__Default", "DEBUG")]
    [InlineData("Logging__LogLevel__Default", "")]
    [InlineData("Logging__Console__LogLevel__Default", "None")]
    [InlineData("Logging__Console__FormatterOptions__TimestampFormat", "O")]
    [InlineData("Logging__EventSource__LogLevel__Default", "Warning")]
    [InlineData("Kestrel__EndpointDefaults__Protocols", "Http1")]
    public async Task What_the_framework_takes_is_no_problem(string variable, string value)
    {
        var (code, _, errors) = await ServerProcess.RunAsync(["check-config"], [(variable, value)]);

        (code, errors).Should().Be((0, ""));
    }
}
