using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PushBridge.Benchmarks.Load.Servers;

/// <summary>Two servers around a redis-server: backends at the near one, clients at the far one.</summary>
internal sealed class LoadCluster : IDisposable
{
    private readonly int port = FreePort();
    private Process redis;

    public LoadCluster()
    {
        redis = StartRedis();
        string argument = string.Create(CultureInfo.InvariantCulture, $"--redis 127.0.0.1:{port}");
        try
        {
            Near = ServerProcess.Start(argument);
            Far = ServerProcess.Start(argument);
        }
        catch
        {
            Near?.Dispose();
            redis.Kill();
            throw;
        }
        Usage = new ProcessUsage(Near.Id, Far.Id, redis.Id);
    }

    public ServerProcess Near { get; }

    public ServerProcess Far { get; }

    /// <summary>Of all three.</summary>
    public ProcessUsage Usage { get; }

    public ProcessUsage RedisUsage => new(redis.Id);

    /// <summary>Redis ends without a word, and begins again knowing nothing.</summary>
    public void RestartRedis()
    {
        redis.Kill();
        redis.WaitForExit();
        redis.Dispose();
        redis = StartRedis();
    }

    public void Dispose()
    {
        Far.Dispose();
        Near.Dispose();
        redis.Kill();
        redis.Dispose();
    }

    private Process StartRedis()
    {
        ProcessStartInfo start = new(
            "redis-server",
            [
                "--port",
                port.ToString(CultureInfo.InvariantCulture),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--logfile",
                "/dev/null",
            ]
        )
        {
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        Process started =
            Process.Start(start) ?? throw new LoadException("cannot start redis-server");
        long begun = Stopwatch.GetTimestamp();
        while (!Listens())
        {
            if (Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(10))
            {
                started.Kill();
                throw new LoadException("redis-server does not listen");
            }
            Thread.Sleep(10);
        }
        return started;
    }

    private bool Listens()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
