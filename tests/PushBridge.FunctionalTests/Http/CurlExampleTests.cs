using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Http;

/// <summary>The README's curl lines, run in a shell as they are printed, but for the port.</summary>
public sealed class CurlExampleTests
{
    private const string Section = "### From anything that speaks HTTP";

    [Fact]
    public async Task They_work_as_printed()
    {
        string shell = ChildProcess.Locate("PUSHBRIDGE_SHELL", "/bin/sh");
        ChildProcess.Locate("PUSHBRIDGE_CURL", "/usr/bin/curl");
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using RawClient client = await RawClient.JoinAsync(server, "uid1");
        string script = string.Join('\n', Examples())
            .Replace("127.0.0.1:5679", server.Http.ToString());

        ProgramResult run = await ChildProcess.RunAsync(shell, ["-ec", script]);

        run.ExitCode.Should().Be(0, run.Errors);
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Should()
            .Equal(
                """{"ok":true,"connections":1}""",
                """{"ok":true,"connections":1}""",
                """{"ok":true,"connections":1}""",
                """{"ok":true,"connections":1}""",
                """{"ok":true,"connections":1}""",
                """{"ok":true,"online":{"uid1":1}}""",
                """{"ok":true,"connections":1,"uids":1}""",
                """{"ok":true,"connections":1}""",
                """{"ok":true,"connections":1,"uids":1}""",
                """{"ok":true,"connections":1}"""
            );
        (await client.NextAsync(4))
            .Should()
            .Equal(Enumerable.Range(88, 4).Select(n => $$"""{"percent":"{{n}}%"}"""));
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","percent":"92%"}""");
        (await client.Closed).Code.Should().Be(4411);
    }

    /// <summary>The lines of the section's shell blocks.</summary>
    private static IEnumerable<string> Examples()
    {
        bool isShell = false;
        foreach (
            string line in File.ReadAllLines(Repository.File("README.md"))
                .SkipWhile(line => line != Section)
                .Skip(1)
                .TakeWhile(line => !line.StartsWith('#'))
        )
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isShell = line == "```sh";
            }
            else if (isShell)
            {
                yield return line;
            }
        }
    }
}
