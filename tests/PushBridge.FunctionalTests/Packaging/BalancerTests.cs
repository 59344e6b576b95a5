using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Packaging;

/// <summary>The load balancer's configuration under a real HAProxy, with two nodes on this machine in place of the containers.</summary>
public sealed class BalancerTests : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");
    private readonly int clients = Ports.Free();
    private readonly int backends = Ports.Free();
    private RedisServer redis = null!;
    private ServerProcess first = null!;
    private ServerProcess second = null!;
    private Process balancer = null!;

    private async Task StartAsync(string delay)
    {
        string program = ChildProcess.Locate("PUSHBRIDGE_HAPROXY", "/usr/sbin/haproxy");
        redis = await RedisServer.StartAsync();
        string[] arguments = [.. ServerProcess.FreePorts, "--redis", redis.Address];
        (string, string)[] environment = [("PushBridge__Drain__Delay", delay)];
        first = await ServerProcess.StartAsync(arguments, environment);
        second = await ServerProcess.StartAsync(arguments, environment);
        string file = Path.Combine(folder.FullName, "haproxy.cfg");
        await File.WriteAllTextAsync(file, Configuration());
        ProgramResult check = await ChildProcess.RunAsync(program, ["-c", "-f", file]);
        check.ExitCode.Should().Be(0, check.Errors);
        balancer = Process.Start(
            new ProcessStartInfo(program, ["-db", "-f", file])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        balancer.BeginOutputReadLine();
        balancer.BeginErrorReadLine();
    }

    public async ValueTask DisposeAsync()
    {
        balancer.Kill();
        await balancer.WaitForExitAsync();
        balancer.Dispose();
        await first.DisposeAsync();
        await second.DisposeAsync();
        await redis.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("00:00:03")] // As the cluster has it: the checks, one a second, see that the node ends.
    [InlineData("00:00:00")] // It is gone before anybody sees that.
    public async Task A_node_stops_and_no_push_and_no_request_fails(string delay)
    {
        await StartAsync(delay);
        Uri url = new($"http://127.0.0.1:{clients}");
        await ReadyAsync();
        await using RawClient stays = await RawClient.ConnectAsync(second.ClientsUrl, "uid1");
        await UntilPushedAsync("ok");

        Task<int> stopping = StopAsync();
        int pushes = 0;
        int requests = 0;
        using SocketsHttpHandler handler = new() { PooledConnectionLifetime = TimeSpan.Zero };
        using HttpClient http = new(handler) { BaseAddress = url };
        while (!stopping.IsCompleted || pushes < 50)
        {
            (await PushAsync()).Should().Be("ok", "push {0}", pushes);
            pushes++;
            using HttpResponseMessage answer = await http.PostAsync(
                "/hub/negotiate?negotiateVersion=1&uid=a",
                null
            );
            answer.StatusCode.Should().Be(HttpStatusCode.OK, "request {0}", requests);
            requests++;
        }

        (await stopping).Should().Be(0);
        (await stays.NextAsync()).Should().Contain("uid1");
    }

    private async Task<int> StopAsync()
    {
        await first.TerminateAsync();
        return await first.ExitCodeAsync();
    }

    /// <summary>As a script does it: a connection for one line.</summary>
    private async Task<string> PushAsync()
    {
        await using TextBackend backend = await TextBackend.ConnectAsync(
            new IPEndPoint(IPAddress.Loopback, backends)
        );
        return await backend.AskAsync("""{"uid":"uid1","n":1}""");
    }

    private async Task UntilPushedAsync(string reply)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (await PushAsync() != reply)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Both nodes are served through the balancer.</summary>
    private async Task ReadyAsync()
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                await PushAsync();
                return;
            }
            catch (Exception exception) when (exception is SocketException or EndOfStreamException)
            {
                await Task.Delay(50, deadline.Token);
            }
        }
    }

    /// <summary>The file, with this machine's ports for the containers' names.</summary>
    private string Configuration()
    {
        IEnumerable<string> lines = File.ReadLines(
                Repository.File("src/PushBridge.Server/operations/haproxy.cfg")
            )
            .Select(line => line.Replace("bind :1230", $"bind 127.0.0.1:{clients}"))
            .Select(line => line.Replace("bind :5670", $"bind 127.0.0.1:{backends}"))
            .Select(line => Local(line, "pushbridge2", second))
            .Select(line => Local(line, "pushbridge", first));
        return string.Join('\n', lines) + "\n";
    }

    private static string Local(string line, string name, ServerProcess node) =>
        line.Contains($" {name}:", StringComparison.Ordinal)
            ? line.Replace($"{name}:1234", node.ClientsUrl.Authority)
                .Replace($"{name}:5678", $"{node.Text}")
                .Replace("check port 5679", $"check port {node.HttpUrl.Port}")
            : line;
}
