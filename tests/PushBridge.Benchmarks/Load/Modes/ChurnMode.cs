using System.Diagnostics;
using PushBridge.Benchmarks.Load.Clients;
using PushBridge.Benchmarks.Load.Servers;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>Clients that connect, say their uid, close with the closing handshake, and come again.</summary>
internal sealed class ChurnMode : IClientEvents
{
    private const int NormalClosure = 1000;
    private const int MessageBytes = 64;

    private readonly LoadLoop _loop;
    private readonly Stack<int> _closed = new();
    private long _rounds;
    private long _unclean;

    private ChurnMode(LoadLoop loop, int clients)
    {
        _loop = loop;
        loop.Connect(clients, MessageBytes);
        loop.Clients.Events = this;
        for (var client = 0; client < clients; client++)
            loop.Clients.Close(client);
    }

    public static LoadRow Run(string name, LoadSettings settings, ServerProcess server)
    {
        using var loop = new LoadLoop(server.Clients, server.Text);
        var churn = new ChurnMode(loop, settings.Clients);
        churn.Turn(settings.Warmup);

        var (usage, own) = (server.Usage, new ProcessUsage(Environment.ProcessId));
        var (memory, cpu, ownCpu) = (usage.ResidentBytes(), usage.CpuSeconds(), own.CpuSeconds());
        var (rounds, started) = (churn._rounds, Stopwatch.GetTimestamp());
        churn.Turn(settings.Measured);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        rounds = churn._rounds - rounds;
        var row = new LoadRow(name)
        {
            Unit = "connects",
            PerSecond = rounds / seconds,
            CpuSecondsPerMillion = (usage.CpuSeconds() - cpu) * 1e6 / rounds,
            ResidentMegabytesBefore = memory / 1e6,
            LoadCores = (own.CpuSeconds() - ownCpu) / seconds,
        };
        churn.Finish(settings.Clients);
        Quiet.Wait(loop, usage);
        return row with
        {
            ResidentMegabytes = usage.ResidentBytes() / 1e6,
            Problem =
                churn._unclean == 0
                    ? null
                    : $"{churn._unclean} connections ended without the close code 1000",
        };
    }

    /// <summary>Connects and disconnects for a while, a few clients at a time.</summary>
    public static void WarmUp(ServerProcess server, TimeSpan time)
    {
        using var loop = new LoadLoop(server.Clients, server.Text);
        var churn = new ChurnMode(loop, 64);
        churn.Turn(time);
        churn.Finish(64);
    }

    public void Opened(int client) => _loop.Clients.Close(client);

    public void Closed(int client, int code, bool expected)
    {
        _rounds++;
        if (!expected || code != NormalClosure)
            _unclean++;
        _closed.Push(client);
    }

    private void Turn(TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            while (_closed.TryPop(out var client))
                _loop.Clients.Open(client);
            _loop.Turn(10);
        }
    }

    private void Finish(int clients)
    {
        _loop.Until(
            () => _closed.Count == clients,
            TimeSpan.FromSeconds(10),
            () => "the last connections did not close"
        );
    }
}
