using System.Diagnostics;
using System.Net;
using PushBridge.Benchmarks.Load.Clients;
using PushBridge.Benchmarks.Load.Publishing;
using PushBridge.Benchmarks.Load.Sockets;

namespace PushBridge.Benchmarks.Load;

/// <summary>
/// The one thread of a run: an epoll set with its clients, its publishers and perhaps a timer. Each turn is its own
/// call, so that the runtime can replace the code it started with by optimised code.
/// </summary>
internal sealed class LoadLoop(IPEndPoint clientsPort, IPEndPoint textPort) : IDisposable
{
    private const long FirstPublisher = 1L << 32;
    private const long TimerTag = 1L << 33;

    private readonly Epoll epoll = new();
    private readonly List<Publisher> publishers = [];
    private PaceTimer? timer;

    /// <summary>No clients until <see cref="Connect"/>.</summary>
    public RawClients Clients { get; private set; } = null!;

    public IReadOnlyList<Publisher> Publishers => publishers;

    /// <summary>Timer ticks nobody took yet.</summary>
    public long Due { get; set; }

    /// <summary>Opens the clients and waits until all of them have their 101; replaces the ones there were.</summary>
    public void Connect(int count, int messageBytes)
    {
        Clients?.Dispose();
        Clients = new RawClients(epoll, clientsPort, count, messageBytes);
        Until(
            () =>
            {
                Clients.OpenMore();
                return Clients.OpenCount == count;
            },
            TimeSpan.FromSeconds(60),
            () => $"only {Clients.OpenCount} of {count} clients could connect"
        );
    }

    public Publisher AddPublisher()
    {
        Publisher publisher = new(epoll, textPort, FirstPublisher + publishers.Count);
        publishers.Add(publisher);
        return publisher;
    }

    public void StartTimer(int ticksPerSecond)
    {
        timer = new PaceTimer(ticksPerSecond);
        epoll.Add(timer.Descriptor, Epoll.Readable, TimerTag);
    }

    public void Turn(int timeoutMilliseconds)
    {
        int ready = epoll.Wait(timeoutMilliseconds);
        for (int i = 0; i < ready; i++)
        {
            long tag = epoll.Tag(i);
            if (tag < FirstPublisher)
            {
                Clients.OnReadable((int)tag);
            }
            else if (tag < TimerTag)
            {
                publishers[(int)(tag - FirstPublisher)].OnReady(epoll.Events(i));
            }
            else
            {
                Due += timer!.TakeTicks();
            }
        }
    }

    /// <summary>Turns until the condition, asked after every turn, holds.</summary>
    public void Until(Func<bool> done, TimeSpan deadline, Func<string> otherwise)
    {
        long started = Stopwatch.GetTimestamp();
        while (!done())
        {
            if (Stopwatch.GetElapsedTime(started) > deadline)
            {
                throw new LoadException(otherwise());
            }
            Turn(10);
        }
    }

    public void For(TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            Turn(10);
        }
    }

    public void Dispose()
    {
        Clients?.Dispose();
        foreach (Publisher publisher in publishers)
        {
            publisher.Dispose();
        }
        timer?.Dispose();
        epoll.Dispose();
    }
}
