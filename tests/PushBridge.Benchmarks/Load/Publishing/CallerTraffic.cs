using System.Diagnostics;
using System.Net;
using PushBridge.Benchmarks.Load.Clients;
using PushBridge.Client;

namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>
/// Many callers of one <see cref="PushClient"/>, all over its one connection: caller i pushes to client i, awaits the result, and pushes
/// the next number. Each result must say that one connection took it, and each client must receive every number in order.
/// </summary>
internal sealed class CallerTraffic : ITraffic, IClientEvents, IDisposable
{
    /// <summary>An answer may overtake its frame; so many frames of one client may be on their way.</summary>
    private const int Ring = 1 << 12;

    private readonly PushClient push;
    private readonly SequencedLine line;
    private readonly long[] next;
    private readonly long[][] stamps;
    private readonly Lock gate = new();
    private Task[] callers = [];
    private long answered;
    private volatile bool stopped;

    public CallerTraffic(
        LoadLoop loop,
        LoadSettings settings,
        SequencedLine line,
        IPEndPoint server
    )
    {
        this.line = line;
        push = new PushClient($"tcp://{server}");
        next = new long[settings.Clients];
        stamps = [.. next.Select(_ => new long[Ring])];
        loop.Clients.Events = this;
    }

    public long Delivered { get; private set; }

    public long Answered => Volatile.Read(ref answered);

    public LatencyHistogram Delivery { get; } = new();

    public LatencyHistogram Reply { get; } = new();

    public bool IsComplete => callers.All(caller => caller.IsCompleted) && Delivered == Answered;

    public string Missing =>
        $"{callers.Count(caller => !caller.IsCompleted)} callers have no answer, and of {Answered} frames {Delivered} arrived";

    public void Stop() => stopped = true;

    public void Pump()
    {
        if (callers.Length == 0)
        {
            callers =
            [
                .. Enumerable.Range(0, next.Length).Select(c => Task.Run(() => CallAsync(c))),
            ];
        }
        if (callers.FirstOrDefault(caller => caller.IsFaulted) is { } failed)
        {
            throw new LoadException(failed.Exception!.InnerException!.Message);
        }
    }

    public void Message(int client, ReadOnlySpan<byte> payload, long timestamp)
    {
        long sequence = next[client]++;
        if (!line.Matches(payload, client, sequence))
        {
            throw new LoadException(
                $"client {RawClients.Uid(client)} received a wrong frame where number {sequence} comes next"
            );
        }
        Delivered++;
        Delivery.Record(timestamp - Volatile.Read(ref stamps[client][sequence & (Ring - 1)]));
    }

    public void Dispose() => push.Dispose();

    private async Task CallAsync(int caller)
    {
        string uid = RawClients.Uid(caller);
        byte[] json = new byte[line.Length];
        for (long sequence = 0; !stopped; sequence++)
        {
            line.Write(json, caller, sequence);
            long called = Stopwatch.GetTimestamp();
            Volatile.Write(ref stamps[caller][sequence & (Ring - 1)], called);
            var result = await push.PushAsync(uid, json);
            if (result.Connections != 1)
            {
                throw new LoadException(
                    $"push {sequence} to {uid} ended with {result.Reason} and {result.Connections} connections"
                );
            }
            Interlocked.Increment(ref answered);
            lock (gate)
            {
                Reply.Record(Stopwatch.GetTimestamp() - called);
            }
        }
    }
}
