using System.Diagnostics;
using PushBridge.Benchmarks.Load.Clients;

namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>Broadcasts; each client must receive every number, in order.</summary>
internal sealed class BroadcastTraffic : ITraffic, IClientEvents
{
    private const int Ring = 1 << 12;

    private readonly LoadSettings settings;
    private readonly SequencedLine line;
    private readonly Publisher publisher;
    private readonly long[] next;
    private readonly long[] stamps = new long[Ring];
    private readonly long framesAhead;
    private long written;
    private bool stopped;

    public BroadcastTraffic(LoadLoop loop, LoadSettings settings, SequencedLine line)
    {
        this.settings = settings;
        this.line = line;
        next = new long[settings.Clients];
        // ok comes before the frames: without this bound, commands would pile up in the sockets of the clients.
        framesAhead = (long)settings.Clients * (settings.Window + 1);
        publisher = loop.Publishers[0];
        publisher.Replied = Replied;
        loop.Clients.Events = this;
    }

    public long Delivered { get; private set; }

    public long Answered { get; private set; }

    public LatencyHistogram Delivery { get; } = new();

    public LatencyHistogram Reply { get; } = new();

    public bool IsComplete => Answered == written && Delivered == written * next.Length;

    public string Missing =>
        $"{written - Answered} replies and {(written * next.Length) - Delivered} frames of {written} broadcasts are missing";

    public void Stop() => stopped = true;

    public void Pump()
    {
        while (
            !stopped
            && written - Answered < settings.Window
            && (written * next.Length) - Delivered < framesAhead
        )
        {
            line.Write(publisher.NextLine(line.Length), 0, written);
            stamps[written++ & (Ring - 1)] = Stopwatch.GetTimestamp();
            publisher.Flush();
        }
    }

    public void Message(int client, ReadOnlySpan<byte> payload, long timestamp)
    {
        long sequence = next[client]++;
        if (!line.Matches(payload, client, sequence))
        {
            throw new LoadException(
                $"client {RawClients.Uid(client)} received a wrong frame where broadcast {sequence} comes next"
            );
        }
        Delivered++;
        Delivery.Record(timestamp - stamps[sequence & (Ring - 1)]);
    }

    private void Replied(bool ok, long now)
    {
        if (!ok)
        {
            throw new LoadException($"broadcast {Answered} was answered fail");
        }
        Reply.Record(now - stamps[Answered & (Ring - 1)]);
        Answered++;
    }
}
