using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary><c>start</c>, <c>stop</c>, <c>restart</c> and <c>status</c> of a server in the background, by real processes.</summary>
public sealed class BackgroundTests : IDisposable
{
    private static readonly string[] FreePorts =
    [
        "--clients",
        "127.0.0.1:0",
        "--text",
        "127.0.0.1:0",
        "--http",
        "127.0.0.1:0",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    private string PidPath => Path.Combine(folder.FullName, "run", "server.pid");

    private string LogPath => Path.ChangeExtension(PidPath, ".log");

    public void Dispose()
    {
        if (File.Exists(PidPath))
        {
            Kill(PidIn(PidPath));
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_server_starts_in_the_background_is_found_again_and_stops()
    {
        var (code, output, errors) = await RunAsync("start", ["-d", .. FreePorts]);
        (code, errors).Should().Be((0, ""));
        int first = PidIn(PidPath);
        output.Should().Contain($"pid {first}").And.Contain(LogPath);
        (await File.ReadAllTextAsync(LogPath)).Should().Contain("http://127.0.0.1:");

        (code, _, errors) = await RunAsync("start", ["-d", .. FreePorts]);
        code.Should().Be(1);
        errors.Should().Contain($"already running (pid {first}");

        using JsonDocument status = await StatusAsync();
        status.RootElement.GetProperty("pid").GetInt32().Should().Be(first);
        output.Should().Contain(status.RootElement.GetProperty("clients").GetString());
        await using (TextBackend backend = await TextBackend.ConnectAsync(TextOf(status)))
        {
            (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
        }

        (code, output, errors) = await RunAsync("restart", ["-d", .. FreePorts]);
        (code, errors).Should().Be((0, ""));
        int second = PidIn(PidPath);
        output.Should().Contain($"stopped (pid {first})").And.Contain($"started (pid {second})");
        IsThere(first).Should().BeFalse("restart waits until the old one is gone");

        (code, output, errors) = await RunAsync("stop");
        (code, output.Trim(), errors).Should().Be((0, $"stopped (pid {second})", ""));
        IsThere(second).Should().BeFalse();
        File.Exists(PidPath).Should().BeFalse();
        (await File.ReadAllTextAsync(LogPath)).Should().Contain("Drained");
    }

    [Fact]
    public async Task What_is_not_running_is_said_not_to_run()
    {
        (int Code, string Output, string Errors)[] answers = await Task.WhenAll(
            ServerProcess.RunAsync(
                ["stop", "--pid-file", PidPath],
                [("PushBridge__Http__Listen", "127.0.0.1:1")]
            ),
            ServerProcess.RunAsync(["status", "--json", "--server", "http://127.0.0.1:1"]),
            ServerProcess.RunAsync(["connections", "--server", "http://127.0.0.1:1"])
        );

        answers.Should().OnlyContain(answer => answer.Code == 3);
        answers.Should().OnlyContain(answer => answer.Errors.Contains("not running"));
        answers[1].Output.Should().Be("""{"running":false}""");
    }

    [Fact]
    public async Task A_server_that_was_not_started_here_is_said_to_run_but_is_left_alone()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        string url = server.HttpUrl.GetLeftPart(UriPartial.Authority);
        (string, string)[] environment = [("PushBridge__Http__Listen", server.Http.ToString())];

        var (code, output, errors) = await ServerProcess.RunAsync(
            ["stop", "--pid-file", PidPath],
            environment
        );
        (code, output).Should().Be((3, ""));
        errors
            .Should()
            .Be(
                $"pushbridge: a server answers at {url}, but start did not start it (or with another --pid-file or --config)"
            );

        (code, output, errors) = await ServerProcess.RunAsync(
            [
                "restart",
                "-d",
                "--pid-file",
                PidPath,
                .. FreePorts[..4],
                "--http",
                server.Http.ToString(),
            ],
            environment
        );
        code.Should().Be(1);
        output.Should().NotContain("not running");
        errors.Should().Contain($"a server answers at {url}").And.Contain("the address is in use");
        server.IsRunning.Should().BeTrue();
    }

    [Fact]
    public async Task A_number_that_another_process_has_by_now_is_not_our_server()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PidPath)!);
        using Process other = Process.Start("sleep", "60");
        await File.WriteAllTextAsync(
            PidPath,
            $$"""
            {{other.Id}}
            {"processId":{{other.Id}},"stamp":"1@an-earlier-boot","http":"http://127.0.0.1:1"}

            """
        );

        var (code, _, errors) = await ServerProcess.RunAsync(
            ["stop", "--pid-file", PidPath],
            [("PushBridge__Http__Listen", "127.0.0.1:0")]
        );

        code.Should().Be(3);
        errors.Should().Contain("not running");
        other.HasExited.Should().BeFalse("it is none of our business");
        other.Kill();
        File.Delete(PidPath);
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why_where_it_was_asked_to()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string address = taken.LocalEndpoint.ToString()!;

        var (code, output, errors) = await RunAsync(
            "start",
            ["-d", "--clients", address, .. FreePorts[2..]]
        );

        (code, output).Should().Be((1, ""));
        errors.Should().StartWith("pushbridge: ").And.Contain(address).And.NotContain("   at ");
        File.Exists(PidPath).Should().BeFalse();
    }

    [Fact]
    public async Task A_configuration_that_is_wrong_is_told_with_every_problem()
    {
        var (code, _, errors) = await ServerProcess.RunAsync(
            ["start", "-d", "--pid-file", PidPath, .. FreePorts],
            [("PushBridge__Text__MaxLineByts", "4096"), ("PushBridge__Queue__MaxBytes", "1")]
        );

        code.Should().Be(78);
        errors
            .Should()
            .Contain("PushBridge:Text:MaxLineBytes?")
            .And.Contain("PushBridge:Queue:MaxBytes:");
    }

    [Theory]
    [InlineData("restart", "-d")]
    [InlineData("restart")]
    public async Task A_restart_with_a_configuration_that_is_wrong_stops_nothing(
        params string[] restart
    )
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            FreePorts,
            [("PushBridge__Daemon__PidFile", PidPath)]
        );

        var (code, output, errors) = await ServerProcess.RunAsync(
            [.. restart, "--pid-file", PidPath, .. FreePorts],
            [("PushBridge__Text__MaxLineByts", "4096"), ("PushBridge__Queue__MaxBytes", "1")]
        );

        (code, output).Should().Be((78, $"still running, as before (pid {server.Id})"));
        errors
            .Should()
            .Contain("PushBridge:Text:MaxLineBytes?")
            .And.Contain("PushBridge:Queue:MaxBytes:");
        server.IsRunning.Should().BeTrue();
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
    }

    [Fact]
    public async Task A_pid_file_that_cannot_be_written_is_no_mistake_of_the_configuration()
    {
        // Where nobody can make a folder, and the system says that there is no such file.
        var (code, _, errors) = await ServerProcess.RunAsync([
            "start",
            "-d",
            "--pid-file",
            "/proc/nowhere/server.pid",
            "--log-file",
            LogPath,
            .. FreePorts,
        ]);

        code.Should().Be(1);
        errors.Should().Contain("/proc/nowhere").And.NotContain("   at ");
    }

    [Fact]
    public async Task A_server_in_the_foreground_leaves_its_pid_where_the_configuration_says()
    {
        (string, string)[] environment = [("PushBridge__Daemon__PidFile", PidPath)];
        await using (ServerProcess killed = await ServerProcess.StartAsync(FreePorts, environment))
        {
            PidIn(PidPath).Should().Be(killed.Id);
        }
        File.Exists(PidPath).Should().BeTrue("it was killed");

        await using ServerProcess server = await ServerProcess.StartAsync(FreePorts, environment);
        PidIn(PidPath).Should().Be(server.Id);
        var (code, _, errors) = await ServerProcess.RunAsync(["stop"], environment);

        (code, errors).Should().Be((0, ""));
        (await server.ExitCodeAsync()).Should().Be(0);
        File.Exists(PidPath).Should().BeFalse();
    }

    [Fact]
    public async Task A_drain_that_takes_longer_than_the_timeout_is_said_to_go_on()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            [.. FreePorts],
            [
                ("PushBridge__Daemon__PidFile", PidPath),
                ("PushBridge__Drain__CloseTimeout", "00:01:00"),
            ]
        );
        using Socket client = await SilentClientAsync(server.Clients);

        var (code, _, errors) = await RunAsync("stop", "--timeout", "0.3s");

        code.Should().Be(1);
        errors.Should().Contain($"pid {server.Id} is still draining after 0.3 s");
    }

    [Fact]
    public async Task A_server_whose_drain_is_delayed_is_said_to_drain()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            [.. FreePorts],
            [("PushBridge__Daemon__PidFile", PidPath), ("PushBridge__Drain__Delay", "00:00:30")]
        );
        using JsonDocument before = await StatusAsync();
        await server.TerminateAsync();
        await PushBridgeServer.EventuallyAsync(
            () => server.Output.Contains("Drain"),
            "the drain to be announced"
        );

        using JsonDocument status = await StatusAsync();
        var (code, output, errors) = await RunAsync("status");

        StateOf(before).Should().Be((true, "running", false));
        StateOf(status).Should().Be((true, "draining", true));
        (code, errors).Should().Be((0, ""));
        output.Should().Contain($": draining, pid {server.Id}");
    }

    private static (bool IsRunning, string? State, bool IsDraining) StateOf(JsonDocument status) =>
        (
            status.RootElement.GetProperty("running").GetBoolean(),
            status.RootElement.GetProperty("state").GetString(),
            status
                .RootElement.GetProperty("stats")
                .GetProperty("node")
                .GetProperty("isDraining")
                .GetBoolean()
        );

    /// <summary>A raw client that said who it is, and does not answer the server's close.</summary>
    private static async Task<Socket> SilentClientAsync(IPEndPoint server)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        await socket.SendAsync(
            System.Text.Encoding.ASCII.GetBytes(
                $"GET / HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            )
        );
        await socket.SendAsync(new byte[] { 0x81, 0x81, 0, 0, 0, 0, (byte)'u' });
        byte[] head = new byte[1024];
        int received = await socket.ReceiveAsync(head);
        System.Text.Encoding.ASCII.GetString(head, 0, received).Should().Contain("101");
        return socket;
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string verb,
        params string[] more
    ) => ServerProcess.RunAsync([verb, "--pid-file", PidPath, .. more]);

    private async Task<JsonDocument> StatusAsync()
    {
        var (code, output, errors) = await RunAsync("status", "--json");
        (code, errors).Should().Be((0, ""));
        return JsonDocument.Parse(output);
    }

    private static IPEndPoint TextOf(JsonDocument status)
    {
        Uri text = new(status.RootElement.GetProperty("text").GetString()!);
        return new IPEndPoint(IPAddress.Parse(text.Host), text.Port);
    }

    private static int PidIn(string path) => int.Parse(File.ReadLines(path).First());

    private static bool IsThere(int pid) =>
        File.Exists($"/proc/{pid}/stat")
        && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    /// <summary>Only what a failed test left over: its own server.</summary>
    private static void Kill(int pid)
    {
        string commandLine = $"/proc/{pid}/cmdline";
        if (
            File.Exists(commandLine)
            && File.ReadAllText(commandLine).Contains("PushBridge.Server", StringComparison.Ordinal)
        )
        {
            using Process process = Process.GetProcessById(pid);
            process.Kill();
        }
    }
}
