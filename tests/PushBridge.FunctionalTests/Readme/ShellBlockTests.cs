using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Readme;

/// <summary>The README's shell lines and its settings file, as they are printed.</summary>
public sealed class ShellBlockTests : IDisposable
{
    private const string Run = "dotnet run --project src/PushBridge.Server --";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_line_is_pushed_with_netcat()
    {
        ChildProcess.Locate("PUSHBRIDGE_NC", "/usr/bin/nc");
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using RawClient client = await RawClient.JoinAsync(server, "uid1");

        ProgramResult run = await ShellAsync(ReadmeBlock.With("| nc ").At(text: server.Text));

        run.Should().Be(new ProgramResult(0, "ok\n", ""));
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","percent":"88%"}""");
    }

    [Fact]
    public async Task Listeners_are_opened_shown_and_closed_with_curl()
    {
        ChildProcess.Locate("PUSHBRIDGE_CURL", "/usr/bin/curl");
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();

        ProgramResult run = await ShellAsync(
            ReadmeBlock.With("api/listeners/more").At(http: server.Http)
        );

        run.ExitCode.Should().Be(0, run.Errors);
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Should()
            .HaveCount(3)
            .And.OnlyContain(answer =>
                answer.StartsWith("{\"ok\":true,\"listener", StringComparison.Ordinal)
                && answer.Contains("\"more\"", StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task A_configuration_is_made_is_good_and_makes_tokens()
    {
        string output = await WithServerAsync(
            ReadmeBlock
                .With(" -- init ")
                .Code.Replace("-- serve ", "-- check-config ", StringComparison.Ordinal)
        );

        output.Should().Contain("The configuration is good.");
        output.TrimEnd().Split('\n')[^1].Should().StartWith("eyJ");
    }

    [Theory]
    [InlineData("openssl rand")]
    [InlineData("ClientCertificateAuthority=")]
    [InlineData("-- --redis")]
    public async Task Settings_are_good(string block)
    {
        ChildProcess.Locate("PUSHBRIDGE_OPENSSL", "/usr/bin/openssl");
        using TestCertificate certificate = new();
        foreach (
            (string from, string to) in ((string, string)[])
                [
                    (certificate.Path, "server.pem"),
                    (certificate.KeyPath, "server.key"),
                    (certificate.AuthorityPath, "authority.pem"),
                ]
        )
        {
            File.Copy(from, Path.Combine(folder.FullName, to));
        }

        string output = await WithServerAsync(
            ReadmeBlock
                .With(block)
                .Code.Replace(Run, Run + " check-config", StringComparison.Ordinal)
        );

        output.Should().Be("The configuration is good.\n");
    }

    [Fact]
    public async Task The_settings_file_is_good()
    {
        ReadmeBlock block = ReadmeBlock.All.Single(one => one.Language == "json");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mine.json"), block.Code);

        string output = await WithServerAsync($"{Run} check-config --config mine.json");

        output.Should().Be("The configuration is good.\n");
    }

    [Fact]
    public async Task A_restart_without_downtime()
    {
        string[] ports = [.. Enumerable.Range(0, 3).Select(_ => $"127.0.0.1:{Ports.Free()}")];
        string output = await WithServerAsync(
            $$"""
            export PushBridge__Clients__Listen={{ports[0]}} PushBridge__Text__Listen={{ports[
                1
            ]}} PushBridge__Http__Listen={{ports[2]}}
            trap 'pushbridge stop --pid-file green.pid' EXIT
            {{ReadmeBlock.With("PushBridge__ReusePort").Code}}
            echo ---
            pushbridge status --pid-file green.pid
            """
        );

        output.Split("---")[1].Should().Contain(": running, pid").And.Contain(ports[1]);
        File.Exists(Path.Combine(folder.FullName, "blue.pid")).Should().BeFalse();
    }

    /// <summary>The lines in a shell that has the built server in place of the one that is built first.</summary>
    private async Task<string> WithServerAsync(string lines)
    {
        string script = $$"""
            program=("$@")
            pushbridge() { "${program[@]}" "$@"; }
            set -e
            cd '{{folder.FullName}}'
            {{lines.Replace(Run, "pushbridge", StringComparison.Ordinal)}}
            """;
        await using ServerProcess shell = ServerProcess.LaunchInShell(script, []);
        (await shell.ExitCodeAsync()).Should().Be(0, shell.Errors);
        return shell.Output + "\n";
    }

    private static Task<ProgramResult> ShellAsync(string script) =>
        ChildProcess.RunAsync(ChildProcess.Locate("PUSHBRIDGE_SHELL", "/bin/sh"), ["-ec", script]);
}
