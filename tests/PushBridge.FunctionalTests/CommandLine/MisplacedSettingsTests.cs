using PushBridge.FunctionalTests.Peers;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Options;
using PushBridge.Server.CommandLine;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>Settings that stand where nobody reads them: beside the section <c>PushBridge</c> of a file, or under another name in the environment.</summary>
public sealed class MisplacedSettingsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    private string ConfigurationFile => Path.Combine(folder.FullName, "pushbridge.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("{}", "FILE has no section PushBridge, which all settings belong below")]
    [InlineData("""{ "PushBridge": null }""", "FILE: the section PushBridge is empty")]
    [InlineData(
        """{ "Text": { "Listen": "x" }, "Logging": {} }""",
        "Text: nobody reads this in FILE; did you mean PushBridge:Text?"
    )]
    [InlineData(
        """{ "Pushbrigde": { "Text": {} } }""",
        "Pushbrigde: nobody reads this in FILE; did you mean PushBridge?"
    )]
    [InlineData(
        """{ "Logging": { "LogLevel": { "Default": "Information" } }, "PushBrige": { "Backends": { "Secrets": ["0123456789abcdef"] } } }""",
        "PushBrige: nobody reads this in FILE; did you mean PushBridge?"
    )]
    [InlineData(
        """{ "PushBridge": { "Http": {} }, "Backends": { "Secrets": ["0123456789abcdef"] } }""",
        "Backends: nobody reads this in FILE; did you mean PushBridge:Backends?"
    )]
    [InlineData(
        """{ "PushBridge": { "Http": {} }, "Secrets": ["0123456789abcdef"] }""",
        "Secrets: nobody reads this in FILE; did you mean PushBridge:Backends:Secrets?"
    )]
    [InlineData(
        """{ "PushBridge": { "Http": {} }, "Loging": { "LogLevel": {} } }""",
        "Loging: nobody reads this in FILE; did you mean Logging?"
    )]
    [InlineData(
        """{ "PushBridge:Text:Listen": "127.0.0.1:0", "Mine": 1 }""",
        "Mine: nobody reads this in FILE; all settings belong below PushBridge"
    )]
    [InlineData("""{ "pushbridge": { "insecure": false } }""", null)]
    [InlineData(
        """{ "$schema": "x", "_comment": "ours", "//": "too", "PushBridge:Insecure": false }""",
        null
    )]
    [InlineData("""{ "PushBridge:Text:Listen": "127.0.0.1:0" }""", null)]
    [InlineData("""{ "Logging": { "LogLevel": { "Default": "Debug" } } }""", null)]
    [InlineData(
        """{ "$schema": "x", "PushBridge": {"Http": {}}, "AllowedHosts": "*", "Urls": "http://127.0.0.1:0", "http_ports": "0", "Metrics": {} }""",
        null
    )]
    public async Task What_nobody_reads_at_the_root_of_a_file_is_a_mistake(
        string json,
        string? problem
    )
    {
        await File.WriteAllTextAsync(ConfigurationFile, json);

        var (code, _, errors) = await ServerProcess.RunAsync([
            "check-config",
            "--config",
            ConfigurationFile,
        ]);

        (code, errors.Replace(ConfigurationFile, "FILE"))
            .Should()
            .Be(problem is null ? (0, "") : (78, $"pushbridge: {problem}"));
    }

    [Fact]
    public async Task A_server_whose_secrets_nobody_would_read_does_not_start()
    {
        await File.WriteAllTextAsync(
            ConfigurationFile,
            """{ "PushBridge": { "Http": {} }, "Backends": { "Secrets": ["0123456789abcdef"] } }"""
        );

        var (code, output, errors) = await ServerProcess.RunAsync([
            .. ServerProcess.FreePorts,
            "--config",
            ConfigurationFile,
        ]);

        (code, output).Should().Be((78, ""));
        errors.Should().Contain("Backends: ").And.NotContain("0123456789abcdef");
    }

    [Fact]
    public async Task The_programs_own_file_is_held_to_the_same()
    {
        await File.WriteAllTextAsync(
            ConfigurationFile,
            """{ "PushBridge": { "Http": {} }, "Text": {} }"""
        );
        using ConfigurationManager configuration = new();
        configuration.AddJsonFile(ConfigurationFile);

        new MisplacedSettings(
            configuration,
            [
                new OptionsArea(ServerOptions.Section, typeof(ServerOptions)),
                new OptionsArea(TextOptions.Section, typeof(TextOptions)),
                new OptionsArea(HttpOptions.Section, typeof(HttpOptions)),
            ]
        )
            .Problems()
            .Should()
            .Equal(
                $"Text: nobody reads this in {ConfigurationFile}; did you mean PushBridge:Text?"
            );
    }

    [Theory]
    [InlineData("PushBrige__Text__Listen", "PushBridge__Text__Listen")]
    [InlineData("PUSHBRIDG__TEXT__LISTEN", "PushBridge__TEXT__LISTEN")]
    [InlineData("Push_Bridge__Backends__Secrets__0", "PushBridge__Backends__Secrets__0")]
    [InlineData("PUSHBRIDGE2_TEXT__LISTEN", null)]
    [InlineData("PUSHBRIDG", null)]
    [InlineData("BRIDGE__TEXT__LISTEN", null)]
    public async Task A_variable_with_a_section_that_is_spelt_nearly_like_ours_is_a_mistake(
        string variable,
        string? meant
    )
    {
        var (code, _, errors) = await ServerProcess.RunAsync(
            ["check-config"],
            [(variable, "127.0.0.1:0")]
        );

        (code, errors)
            .Should()
            .Be(
                meant is null
                    ? (0, "")
                    : (
                        78,
                        $"pushbridge: {variable}: nobody reads this in the environment; did you mean {meant}?"
                    )
            );
    }

    [Theory]
    [InlineData("PushBridge_Text_Listen", "PushBridge__Text__Listen")]
    [InlineData("PUSHBRIDGE_BACKENDS_SECRETS_0", "PUSHBRIDGE__BACKENDS__SECRETS__0")]
    [InlineData("PushBridge_Listeners_lan__Listen", "PushBridge__Listeners__lan__Listen")]
    [InlineData("PUSHBRIDGE_TEXT_PORT", null)]
    [InlineData("PUSHBRIDGE_SECRET", null)]
    [InlineData("PUSHBRIDGE_TEXT", null)]
    public async Task A_variable_with_one_underscore_is_a_mistake_where_it_names_an_option(
        string variable,
        string? meant
    )
    {
        var (code, _, errors) = await ServerProcess.RunAsync(
            ["check-config"],
            [(variable, "127.0.0.1:0")]
        );

        (code, errors)
            .Should()
            .Be(
                meant is null
                    ? (0, "")
                    : (
                        78,
                        $"pushbridge: {variable}: the environment has it with one underscore; write {meant}"
                    )
            );
    }
}
