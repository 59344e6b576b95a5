using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>A real redis-server of its own, on a free loopback port and without files; it can be stopped, killed and started again.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string[] options;
    private Process? process;

    private RedisServer(int port, string[] options)
    {
        Port = port;
        this.options = options;
    }

    public int Port { get; }

    /// <summary>0 when it has none.</summary>
    public int TlsPort { get; private set; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Skips the test where redis-server is not installed; under CI that is a failure.</summary>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        RedisServer server = new(Ports.Free(), options);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>The same with a second port that speaks TLS.</summary>
    public static async Task<RedisServer> StartTlsAsync(TestCertificate certificate)
    {
        int tlsPort = Ports.Free();
        RedisServer server = await StartAsync(
            "--tls-port",
            tlsPort.ToString(CultureInfo.InvariantCulture),
            "--tls-cert-file",
            certificate.Path,
            "--tls-key-file",
            certificate.KeyPath,
            "--tls-ca-cert-file",
            certificate.AuthorityPath,
            "--tls-auth-clients",
            "no"
        );
        server.TlsPort = tlsPort;
        return server;
    }

    /// <summary>Starts it on the same port; it remembers nothing.</summary>
    public async Task StartAgainAsync()
    {
        ProcessStartInfo start = new(
            ChildProcess.Locate("PUSHBRIDGE_REDIS", "/usr/bin/redis-server"),
            [
                "--port",
                Port.ToString(CultureInfo.InvariantCulture),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                .. options,
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitUntilItListensAsync();
    }

    /// <summary>It stands still: its connections stay, nothing is answered.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Subscribes to a channel and never reads: to the server, somebody who has got every message.</summary>
    public async Task<IDisposable> SubscribeAsync(string channel)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"SUBSCRIBE {channel}\r\n"));
        using StreamReader reader = new(client.GetStream(), leaveOpen: true);
        (await reader.ReadLineAsync().WaitAsync(Patience)).Should().Be("*3", "it is subscribed");
        return client;
    }

    /// <summary>Sends one command, inline, and returns the first line of its answer.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using TcpClient client = new();
        using CancellationTokenSource deadline = new(Patience);
        await client.ConnectAsync(IPAddress.Loopback, Port, deadline.Token);
        await using StreamWriter writer = new(client.GetStream()) { AutoFlush = true };
        using StreamReader reader = new(client.GetStream());
        await writer.WriteAsync($"{command}\r\n");
        return await reader.ReadLineAsync(deadline.Token) ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        process?.Dispose();
    }

    private void Signal(string name)
    {
        using Process kill = Process.Start(
            "kill",
            [$"-{name}", process!.Id.ToString(CultureInfo.InvariantCulture)]
        );
        kill.WaitForExit();
    }

    private async Task WaitUntilItListensAsync()
    {
        using CancellationTokenSource deadline = new(Patience);
        while (true)
        {
            try
            {
                if (await CommandAsync("PING") is "+PONG" or ['-', ..])
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                await Task.Delay(20, deadline.Token);
            }
        }
    }
}
