using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Packaging;

/// <summary>The systemd unit, as systemd's own tools judge it, and what the server tells a service manager.</summary>
public sealed class SystemdTests : IDisposable
{
    private const string Unit = "src/PushBridge.Server/operations/pushbridge.service";
    private const string Program = "/opt/pushbridge/PushBridge.Server";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    [Theory]
    [InlineData("verify", "--man=no")]
    // In tenths: what most services of a distribution come to is above 90.
    [InlineData("security", "--offline=true", "--threshold=20", "--no-pager")]
    public async Task Systemd_finds_nothing_wrong_with_the_unit(params string[] command)
    {
        var analyze = ChildProcess.Locate("PUSHBRIDGE_SYSTEMD_ANALYZE", "/usr/bin/systemd-analyze");
        var built = Path.Combine(ServerProcess.BuiltFolder, "PushBridge.Server");
        File.Exists(built).Should().BeTrue();
        var copy = Path.Combine(folder.FullName, "pushbridge.service");
        await File.WriteAllLinesAsync(
            copy,
            Lines().Select(line => line.Replace(Program, built, StringComparison.Ordinal))
        );

        var result = await ChildProcess.RunAsync(analyze, [.. command, copy]);

        (result.ExitCode, result.Errors).Should().Be((0, ""), result.Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_units_command_says_ready_when_it_listens_and_stopping_when_it_ends(
        bool isAbstract
    )
    {
        // init writes what the unit hands on as a credential.
        var configuration = Path.Combine(folder.FullName, "pushbridge.json");
        (await ServerProcess.RunAsync(["init", configuration])).ExitCode.Should().Be(0);
        var name = isAbstract ? $"@{folder.Name}" : Path.Combine(folder.FullName, "notify.sock");
        using var manager = new Socket(
            AddressFamily.Unix,
            SocketType.Dgram,
            ProtocolType.Unspecified
        );
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{name[1..]}" : name));
        var command = Lines()
            .Single(line => line.StartsWith($"ExecStart={Program} ", StringComparison.Ordinal))
            .Replace("${CREDENTIALS_DIRECTORY}", folder.FullName, StringComparison.Ordinal)
            .Split(' ');

        await using var server = ServerProcess.Launch(
            command[1..],
            ("NOTIFY_SOCKET", name),
            ("PushBridge__Clients__Listen", "127.0.0.1:0"),
            ("PushBridge__Text__Listen", "127.0.0.1:0"),
            ("PushBridge__Http__Listen", "127.0.0.1:0")
        );

        (await ReceiveAsync(manager)).Should().Be("READY=1");
        await server.WhenListening.WaitAsync(Patience);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await server.TerminateAsync();
        (await ReceiveAsync(manager)).Should().Be("STOPPING=1");
        (await server.ExitCodeAsync()).Should().Be(0);
        server.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Nobody_at_the_other_end_is_a_warning()
    {
        await using var server = await ServerProcess.StartAsync(
            ["--clients", "127.0.0.1:0", "--text", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            [("NOTIFY_SOCKET", Path.Combine(folder.FullName, "nobody"))]
        );

        await PushBridgeServer.EventuallyAsync(
            () => server.Output.Contains("READY=1 could not be sent", StringComparison.Ordinal),
            "the warning"
        );
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static string[] Lines() => File.ReadAllLines(Repository.File(Unit));

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var buffer = new byte[256];
        int length = await socket.ReceiveAsync(buffer, deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
