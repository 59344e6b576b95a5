using System.Diagnostics;
using PushBridge.Benchmarks.Load.Clients;

namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>
/// Pushes round robin over the clients, publisher p of P to the clients p, p + P, p + 2P and so on, and checks what
/// arrives. The line number k of a publisher is in the line; each client knows which number comes next.
/// </summary>
internal sealed class PushTraffic : ITraffic, IClientEvents
{
    private const int RingTotal = 1 << 20;

    private readonly LoadLoop loop;
    private readonly LoadSettings settings;
    private readonly SequencedLine line;
    private readonly long[] next;
    private readonly Lane[] lanes;
    private bool stopped;

    /// <summary>One publisher with the clients that are its own.</summary>
    private sealed class Lane(int number, Publisher publisher, int clients, int ring)
    {
        public readonly int Number = number;
        public readonly Publisher Publisher = publisher;
        public readonly int Clients = clients;
        public readonly long[] Stamps = new long[ring];
        public long Written;
        public long Answered;
        public long Delivered;
        public int Turn;
    }

    public PushTraffic(LoadLoop loop, LoadSettings settings, SequencedLine line)
    {
        this.loop = loop;
        this.settings = settings;
        this.line = line;
        next = new long[settings.Clients];
        lanes = new Lane[settings.Publishers];
        for (int p = 0; p < lanes.Length; p++)
        {
            lanes[p] = OpenLane(p);
        }
        for (int client = 0; client < next.Length; client++)
        {
            next[client] = client / lanes.Length;
        }
        loop.Clients.Events = this;
    }

    public long Delivered { get; private set; }

    public long Answered { get; private set; }

    public LatencyHistogram Delivery { get; } = new();

    public LatencyHistogram Reply { get; } = new();

    public bool IsComplete =>
        lanes.All(lane => lane.Answered == lane.Written && lane.Delivered == lane.Written);

    public string Missing =>
        $"{lanes.Sum(lane => lane.Written - lane.Answered)} replies and {lanes.Sum(lane => lane.Written - lane.Delivered)} "
        + $"frames of {lanes.Sum(lane => lane.Written)} commands are missing";

    public void Stop() => stopped = true;

    public void Pump()
    {
        if (stopped)
        {
            return;
        }
        foreach (Lane lane in lanes)
        {
            long room =
                lane.Stamps.Length - (lane.Written - Math.Min(lane.Delivered, lane.Answered));
            long wanted =
                settings.Rate > 0 ? TakeDue() : settings.Window - (lane.Written - lane.Answered);
            if (Math.Min(room, wanted) is > 0 and long lines)
            {
                Write(lane, lines);
            }
        }
    }

    public void Message(int client, ReadOnlySpan<byte> payload, long timestamp)
    {
        if (client >= next.Length)
        {
            throw new LoadException($"the bystander {RawClients.Uid(client)} received something");
        }
        long sequence = next[client];
        if (!line.Matches(payload, client, sequence))
        {
            throw new LoadException(Surprise(client, payload, sequence));
        }
        Lane lane = lanes[client % lanes.Length];
        next[client] = sequence + lane.Clients;
        lane.Delivered++;
        Delivered++;
        Delivery.Record(timestamp - lane.Stamps[sequence & (lane.Stamps.Length - 1)]);
    }

    private long TakeDue()
    {
        long due = loop.Due;
        loop.Due = 0;
        return due;
    }

    private Lane OpenLane(int number)
    {
        int publishers = settings.Publishers;
        int clients = ((settings.Clients - number - 1) / publishers) + 1;
        int ring = (int)
            System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(RingTotal / publishers));
        Publisher publisher =
            number < loop.Publishers.Count ? loop.Publishers[number] : loop.AddPublisher();
        Lane lane = new(number, publisher, clients, ring);
        publisher.Replied = (ok, now) => Replied(lane, ok, now);
        return lane;
    }

    private void Write(Lane lane, long lines)
    {
        long first = lane.Written;
        for (int i = 0; i < lines; i++)
        {
            line.Write(
                lane.Publisher.NextLine(line.Length),
                (lane.Turn * lanes.Length) + lane.Number,
                lane.Written++
            );
            lane.Turn = lane.Turn + 1 == lane.Clients ? 0 : lane.Turn + 1;
        }
        long now = Stopwatch.GetTimestamp();
        for (long sequence = first; sequence < lane.Written; sequence++)
        {
            lane.Stamps[sequence & (lane.Stamps.Length - 1)] = now;
        }
        lane.Publisher.Flush();
    }

    private void Replied(Lane lane, bool ok, long now)
    {
        if (!ok)
        {
            throw new LoadException($"command {lane.Answered} of a publisher was answered fail");
        }
        Reply.Record(now - lane.Stamps[lane.Answered & (lane.Stamps.Length - 1)]);
        lane.Answered++;
        Answered++;
    }

    private static string Surprise(int client, ReadOnlySpan<byte> payload, long sequence) =>
        $"client {RawClients.Uid(client)} received {System.Text.Encoding.UTF8.GetString(payload[..Math.Min(80, payload.Length)])}"
        + $" ({payload.Length} bytes) where number {sequence} comes next";
}
