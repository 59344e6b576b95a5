using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>The log as JSON, read as a collector of logs reads it.</summary>
public sealed class JsonLogTests
{
    [Fact]
    public async Task Every_line_of_the_output_is_an_event_that_can_be_parsed()
    {
        await using var server = ServerProcess.Launch(
            [
                "--clients",
                "127.0.0.1:0",
                "--text",
                "0.0.0.0:0",
                "--http",
                "127.0.0.1:0",
                "--insecure",
            ],
            ("PushBridge__Logs__Format", "json")
        );
        await PushBridgeServer.EventuallyAsync(
            () => server.Output.Contains("PushBridge.Server.Banner", StringComparison.Ordinal),
            "the event of the start"
        );
        await server.TerminateAsync();
        (await server.ExitCodeAsync()).Should().Be(0);

        var events = server
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        events.Should().HaveCountGreaterThan(3);
        events
            .Should()
            .OnlyContain(entry =>
                entry.GetProperty("Timestamp").GetDateTimeOffset().Offset == TimeSpan.Zero
                && entry.GetProperty("LogLevel").GetString() != ""
                && entry
                    .GetProperty("Category")
                    .GetString()!
                    .StartsWith("PushBridge.", StringComparison.Ordinal)
                && entry.GetProperty("Message").GetString() != ""
            );

        var started = events.Single(entry =>
            entry.GetProperty("Category").GetString() == "PushBridge.Server.Banner"
        );
        started
            .GetProperty("State")
            .GetProperty("Text")
            .GetString()
            .Should()
            .MatchRegex(@"^tcp://0\.0\.0\.0:\d+$");
        events
            .Where(entry => entry.GetProperty("LogLevel").GetString() == "Warning")
            .Select(entry => entry.GetProperty("Message").GetString())
            .Should()
            .Contain(
                message => message!.Contains("anybody who reaches 0.0.0.0:0 could push"),
                "an apostrophe and an address are readable"
            );
        server.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_format_that_is_none_is_reported_with_its_path()
    {
        var (code, _, errors) = await ServerProcess.RunAsync(
            [],
            [("PushBridge__Logs__Format", "xml")]
        );

        code.Should().Be(78);
        errors.Should().Contain("PushBridge:Logs:Format");
    }

    [Fact]
    public async Task What_is_wrong_with_a_changed_file_is_an_event_for_each_mistake()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");
        try
        {
            string file = Path.Combine(folder.FullName, "pushbridge.json");
            await File.WriteAllTextAsync(
                file,
                """{ "PushBridge": { "Logs": { "Format": "json" } } }"""
            );
            await using var server = ServerProcess.Launch([
                .. ServerProcess.FreePorts,
                "--config",
                file,
            ]);
            await SaidAsync(server, "PushBridge.Server.Banner");
            await File.WriteAllTextAsync(file, "{");
            await SaidAsync(server, "everything stays as it is");
            await File.WriteAllTextAsync(
                file,
                """
                {
                  "Logging": { "LogLevel": { "Default": "verbose" } },
                  "PushBridge": {
                    "Logs": { "Format": "json" },
                    "Queue": { "MaxBytes": 1, "MaxAge": "long" },
                    "Clients": { "MaxConnections": 0 },
                    "Listeners": { "a": { "Protocol": "text", "Listen": "nowhere" } }
                  }
                }
                """
            );
            await SaidAsync(server, "PushBridge:Listeners:a:Listen");
            await server.TerminateAsync();
            (await server.ExitCodeAsync()).Should().Be(0);

            server.Errors.Should().BeEmpty();
            server
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(entry => entry.GetProperty("LogLevel").GetString() == "Warning")
                .Select(entry => entry.GetProperty("State").GetProperty("Problem").GetString()!)
                .Select(problem => problem.Split(": ")[0])
                .Should()
                .BeEquivalentTo(
                    file,
                    "Logging:LogLevel:Default",
                    "PushBridge:Queue:MaxBytes",
                    "PushBridge:Queue:MaxAge",
                    "PushBridge:Clients:MaxConnections",
                    "PushBridge:Listeners:a:Listen"
                );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task SaidAsync(ServerProcess server, string text) =>
        PushBridgeServer.EventuallyAsync(
            () => server.Output.Contains(text, StringComparison.Ordinal),
            text
        );
}
