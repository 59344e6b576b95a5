using System.Diagnostics;
using System.Text.Json;
using PushBridge.FunctionalTests.Peers;
using PushBridge.Server.Daemon;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>Commands that mean one of two processes on the same addresses: the kernel gives each connection to either.</summary>
public sealed class SharedAddressTests : IDisposable
{
    private const int Rounds = 4;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");
    private readonly string[] addresses =
    [
        .. ((string[])["--clients", "--text", "--http"]).SelectMany(option =>
            (string[])[option, $"127.0.0.1:{Ports.Free()}"]
        ),
    ];

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Each_process_is_told_from_the_other_until_it_is_gone()
    {
        await using ServerProcess blue = await StartAsync("blue");
        // It is with the only one that there is.
        await using RawClient client = await RawClient.ConnectAsync(blue.ClientsUrl, "uid1");
        await using ServerProcess green = await StartAsync("green");

        for (int round = 0; round < Rounds; round++)
        {
            (await PidsAsync("blue")).Should().Be((blue.Id, blue.Id));
            (await PidsAsync("green")).Should().Be((green.Id, green.Id));
        }
        var (code, output, _) = await AskAsync("blue", "status");
        code.Should().Be(0);
        output.Split('\n')[0].Should().EndWith($": running, pid {blue.Id}");
        for (int round = 0; round < Rounds; round++)
        {
            (await AskAsync("blue", "push", "uid1", "1")).Output.Should().Be("ok: 1 connection");
            (await AskAsync("green", "connections")).Output.Should().NotContain("uid1");
        }

        await blue.TerminateAsync();
        (await blue.ExitCodeAsync()).Should().Be(0);
        foreach (
            string[] command in (string[][])
                [
                    ["status"],
                    ["connections"],
                    ["tail", "uid1"],
                ]
        )
        {
            (code, output, string errors) = await AskAsync("blue", command);
            (code, output, errors)
                .Should()
                .Be((3, "", $"pushbridge: not running ({PidFile("blue")})"));
        }
        (await AskAsync("blue", "status", "--json")).Output.Should().Be("""{"running":false}""");
        (await PidsAsync("green")).Should().Be((green.Id, green.Id));
    }

    [Fact]
    public async Task A_process_that_only_another_one_answers_for_is_not_said_to_have_answered()
    {
        await using ServerProcess green = await StartAsync("green");
        using Process silent = Process.Start("sleep", "60");
        ServerRecord record = new(
            silent.Id,
            ProcessStamp.Of(silent.Id)!,
            Http: $"http://{green.Http}"
        );
        await File.WriteAllTextAsync(PidFile("blue"), record.ToString());

        var (code, output, errors) = await AskAsync("blue", "status");
        silent.Kill();

        (code, output).Should().Be((1, ""));
        errors
            .Should()
            .Contain($"pid {silent.Id} runs, but another process (pid {green.Id}) answered at ")
            .And.Contain($"http://{green.Http}");
    }

    private string PidFile(string name) => Path.Combine(folder.FullName, $"{name}.pid");

    private Task<ServerProcess> StartAsync(string name) =>
        ServerProcess.StartAsync(
            addresses,
            [("PushBridge__ReusePort", "true"), ("PushBridge__Daemon__PidFile", PidFile(name))]
        );

    private Task<(int ExitCode, string Output, string Errors)> AskAsync(
        string name,
        params string[] command
    ) => ServerProcess.RunAsync([.. command, "--pid-file", PidFile(name)]);

    /// <summary>Whom status names, and whose figures it has.</summary>
    private async Task<(int Named, int Answered)> PidsAsync(string name)
    {
        var (code, output, errors) = await AskAsync(name, "status", "--json");
        (code, errors).Should().Be((0, ""));
        using JsonDocument status = JsonDocument.Parse(output);
        return (
            status.RootElement.GetProperty("pid").GetInt32(),
            status
                .RootElement.GetProperty("stats")
                .GetProperty("node")
                .GetProperty("pid")
                .GetInt32()
        );
    }
}
