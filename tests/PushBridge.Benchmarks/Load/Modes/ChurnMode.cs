using System.Diagnostics;
using PushBridge.Benchmarks.Load.Clients;
using PushBridge.Benchmarks.Load.Servers;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>Clients that connect, say their uid, close with the closing handshake, and come again.</summary>
internal sealed class ChurnMode : IClientEvents
{
    private const int NormalClosure = 1000;
    private const int MessageBytes = 64;

    private readonly LoadLoop loop;
    private readonly Stack<int> closed = new();
    private long rounds;
    private long unclean;

    private ChurnMode(LoadLoop loop, int clients)
    {
        this.loop = loop;
        loop.Connect(clients, MessageBytes);
        loop.Clients.Events = this;
        for (int client = 0; client < clients; client++)
        {
            loop.Clients.Close(client);
        }
    }

    public static LoadRow Run(string name, LoadSettings settings, ServerProcess server)
    {
        using LoadLoop connected = new(server.Clients, server.Text);
        ChurnMode churn = new(connected, settings.Clients);
        churn.Turn(settings.Warmup);

        var (usage, own) = (server.Usage, new ProcessUsage(Environment.ProcessId));
        var (memory, cpu, ownCpu) = (usage.ResidentBytes(), usage.CpuSeconds(), own.CpuSeconds());
        var (rounds, started) = (churn.rounds, Stopwatch.GetTimestamp());
        churn.Turn(settings.Measured);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        rounds = churn.rounds - rounds;
        LoadRow row = new(name)
        {
            Unit = "connects",
            PerSecond = rounds / seconds,
            CpuSecondsPerMillion = (usage.CpuSeconds() - cpu) * 1e6 / rounds,
            ResidentMegabytesBefore = memory / 1e6,
            LoadCores = (own.CpuSeconds() - ownCpu) / seconds,
        };
        churn.Finish(settings.Clients);
        Quiet.Wait(connected, usage);
        return row with
        {
            ResidentMegabytes = usage.ResidentBytes() / 1e6,
            Problem =
                churn.unclean == 0
                    ? null
                    : $"{churn.unclean} connections ended without the close code 1000",
        };
    }

    /// <summary>Connects and disconnects for a while, a few clients at a time.</summary>
    public static void WarmUp(ServerProcess server, TimeSpan time)
    {
        using LoadLoop connected = new(server.Clients, server.Text);
        ChurnMode churn = new(connected, 64);
        churn.Turn(time);
        churn.Finish(64);
    }

    public void Opened(int client) => loop.Clients.Close(client);

    public void Closed(int client, int code, bool expected)
    {
        rounds++;
        if (!expected || code != NormalClosure)
        {
            unclean++;
        }
        closed.Push(client);
    }

    private void Turn(TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            while (closed.TryPop(out int client))
            {
                loop.Clients.Open(client);
            }
            loop.Turn(10);
        }
    }

    private void Finish(int clients)
    {
        loop.Until(
            () => closed.Count == clients,
            TimeSpan.FromSeconds(10),
            () => "the last connections did not close"
        );
    }
}
