using System.Diagnostics;
using PushBridge.Server.Daemon;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>The pid file: which contents mean a running server, and who gets it.</summary>
public sealed class PidFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");
    private readonly Process other = Process.Start("sleep", "60");

    private string FilePath => Path.Combine(folder.FullName, "some", "server.pid");

    private ServerRecord Other => new(other.Id, ProcessStamp.Of(other.Id)!);

    public void Dispose()
    {
        other.Kill();
        other.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_running_server_is_read_as_it_was_written_and_its_number_is_the_first_line()
    {
        ServerRecord own = ServerRecord.OfThisProcess() with { Http = "http://127.0.0.1:5679" };

        await NewFile().WriteAsync(own);

        (await NewFile().ReadAsync()).Should().Be(own);
        (await File.ReadAllLinesAsync(FilePath))[0].Should().Be($"{Environment.ProcessId}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1\n")]
    [InlineData("1\n{")]
    [InlineData("1\nnull")]
    [InlineData("1\n{}")]
    [InlineData("1\n{\"processId\":1,\"stamp\":\"\"}")]
    [InlineData("0\n{\"processId\":0,\"stamp\":\"1@x\"}")]
    [InlineData("99999999\n{\"processId\":99999999,\"stamp\":\"1@x\"}")]
    public async Task A_file_of_no_running_server_is_as_good_as_none(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        await File.WriteAllTextAsync(FilePath, content);

        (await NewFile().ReadAsync()).Should().BeNull();
        await NewFile().WriteAsync(Other);
        (await NewFile().ReadAsync()).Should().Be(Other);
    }

    [Theory]
    [InlineData("{ \"PushBridge\": {} }")]
    [InlineData("a-secret\n1\n")]
    public async Task A_file_of_somebody_else_s_is_not_overwritten(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        await File.WriteAllTextAsync(FilePath, content);

        Func<Task> write = () => NewFile().WriteAsync(Other);

        (await write.Should().ThrowAsync<IOException>())
            .Which.Message.Should()
            .Be($"{FilePath} is no pid file, and is not overwritten");
        (await File.ReadAllTextAsync(FilePath)).Should().Be(content);
    }

    [Fact]
    public async Task Nobody_else_may_open_it_and_hold_its_lock()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode there");
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        await File.WriteAllTextAsync(FilePath, "");
#pragma warning disable CA1416 // Not there.
        File.SetUnixFileMode(FilePath, (UnixFileMode)0b110_110_110);

        await NewFile().WriteAsync(Other);

        File.GetUnixFileMode(FilePath).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
    }

    [Fact]
    public async Task A_number_that_another_process_has_by_now_is_not_the_server()
    {
        await NewFile().WriteAsync(Other with { Stamp = "1@an-earlier-boot" });

        (await NewFile().ReadAsync()).Should().BeNull();
    }

    [Fact]
    public async Task A_process_that_has_ended_is_not_running_even_before_it_is_collected()
    {
        // The shell does not wait for what it has started and becomes something else.
        using Process shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 60"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        int ended = int.Parse((await shell.StandardOutput.ReadLineAsync())!);

        await Hosting.PushBridgeServer.EventuallyAsync(
            () => ProcessStamp.Of(ended) is null,
            "the end of a process"
        );

        File.Exists($"/proc/{ended}/stat").Should().BeTrue("nobody has collected it");
        shell.Kill();
    }

    [Fact]
    public async Task Of_two_servers_that_start_at_once_one_gets_the_file()
    {
        ServerRecord[] both = [ServerRecord.OfThisProcess(), Other];

        Exception?[] refusals = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(time =>
                    Record.ExceptionAsync(() => NewFile().WriteAsync(both[time % 2])).AsTask()
                )
        );

        ServerRecord? winner = await NewFile().ReadAsync();
        refusals.Count(refusal => refusal is AlreadyRunningException).Should().Be(10);
        refusals.Count(refusal => refusal is null).Should().Be(10);
        both.Should().Contain(winner!);
    }

    [Fact]
    public async Task Only_the_server_that_has_the_file_removes_it()
    {
        await NewFile().WriteAsync(Other);

        await NewFile().RemoveAsync(ServerRecord.OfThisProcess());
        File.Exists(FilePath).Should().BeTrue();
        await NewFile().RemoveAsync(Other);

        File.Exists(FilePath).Should().BeFalse();
    }

    [Theory]
    [InlineData("1 (a) b) S 1 1 1 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 777 1 1", "777@boot")]
    [InlineData("1 (x) Z 1 1 1 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 777 1 1", null)]
    [InlineData("1 (x) S 1", null)]
    public void The_stamp_is_when_the_process_began(string stat, string? stamp) =>
        ProcessStamp.Parse(stat, "boot").Should().Be(stamp);

    [Fact]
    public void Each_configuration_file_has_a_pid_file_of_its_own_and_the_log_beside_it()
    {
        string[] paths =
        [
            DaemonFiles.PidFile(new(), null),
            DaemonFiles.PidFile(new(), "/etc/a/pushbridge.json"),
            DaemonFiles.PidFile(new(), "/etc/b/pushbridge.json"),
            DaemonFiles.PidFile(new() { PidFile = "/run/x.pid" }, "/etc/b/pushbridge.json"),
        ];

        paths.Should().OnlyHaveUniqueItems();
        paths[3].Should().Be("/run/x.pid");
        DaemonFiles.PidFile(new(), "/etc/a/../a/pushbridge.json").Should().Be(paths[1]);
        DaemonFiles.LogFile(new(), paths[3]).Should().Be("/run/x.log");
        DaemonFiles.LogFile(new() { LogFile = "/var/log/x" }, paths[3]).Should().Be("/var/log/x");
    }

    private PidFile NewFile() => new(FilePath, TimeProvider.System);
}
