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

    private readonly LoadLoop _loop;
    private readonly LoadSettings _settings;
    private readonly SequencedLine _line;
    private readonly long[] _next;
    private readonly Lane[] _lanes;
    private bool _stopped;

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
        _loop = loop;
        _settings = settings;
        _line = line;
        _next = new long[settings.Clients];
        _lanes = new Lane[settings.Publishers];
        for (var p = 0; p < _lanes.Length; p++)
            _lanes[p] = OpenLane(p);
        for (var client = 0; client < _next.Length; client++)
            _next[client] = client / _lanes.Length;
        loop.Clients.Events = this;
    }

    public long Delivered { get; private set; }

    public long Answered { get; private set; }

    public LatencyHistogram Delivery { get; } = new();

    public LatencyHistogram Reply { get; } = new();

    public bool IsComplete =>
        _lanes.All(lane => lane.Answered == lane.Written && lane.Delivered == lane.Written);

    public string Missing =>
        $"{_lanes.Sum(lane => lane.Written - lane.Answered)} replies and {_lanes.Sum(lane => lane.Written - lane.Delivered)} "
        + $"frames of {_lanes.Sum(lane => lane.Written)} commands are missing";

    public void Stop() => _stopped = true;

    public void Pump()
    {
        if (_stopped)
            return;
        foreach (var lane in _lanes)
        {
            var room =
                lane.Stamps.Length - (lane.Written - Math.Min(lane.Delivered, lane.Answered));
            var wanted =
                _settings.Rate > 0 ? TakeDue() : _settings.Window - (lane.Written - lane.Answered);
            if (Math.Min(room, wanted) is > 0 and var lines)
                Write(lane, lines);
        }
    }

    public void Message(int client, ReadOnlySpan<byte> payload, long timestamp)
    {
        if (client >= _next.Length)
            throw new LoadException($"the bystander {RawClients.Uid(client)} received something");
        var sequence = _next[client];
        if (!_line.Matches(payload, client, sequence))
            throw new LoadException(Surprise(client, payload, sequence));
        var lane = _lanes[client % _lanes.Length];
        _next[client] = sequence + lane.Clients;
        lane.Delivered++;
        Delivered++;
        Delivery.Record(timestamp - lane.Stamps[sequence & (lane.Stamps.Length - 1)]);
    }

    private long TakeDue()
    {
        var due = _loop.Due;
        _loop.Due = 0;
        return due;
    }

    private Lane OpenLane(int number)
    {
        var publishers = _settings.Publishers;
        var clients = ((_settings.Clients - number - 1) / publishers) + 1;
        var ring = (int)
            System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(RingTotal / publishers));
        var publisher =
            number < _loop.Publishers.Count ? _loop.Publishers[number] : _loop.AddPublisher();
        var lane = new Lane(number, publisher, clients, ring);
        publisher.Replied = (ok, now) => Replied(lane, ok, now);
        return lane;
    }

    private void Write(Lane lane, long lines)
    {
        var first = lane.Written;
        for (var i = 0; i < lines; i++)
        {
            _line.Write(
                lane.Publisher.NextLine(_line.Length),
                (lane.Turn * _lanes.Length) + lane.Number,
                lane.Written++
            );
            lane.Turn = lane.Turn + 1 == lane.Clients ? 0 : lane.Turn + 1;
        }
        var now = Stopwatch.GetTimestamp();
        for (var sequence = first; sequence < lane.Written; sequence++)
            lane.Stamps[sequence & (lane.Stamps.Length - 1)] = now;
        lane.Publisher.Flush();
    }

    private void Replied(Lane lane, bool ok, long now)
    {
        if (!ok)
            throw new LoadException($"command {lane.Answered} of a publisher was answered fail");
        Reply.Record(now - lane.Stamps[lane.Answered & (lane.Stamps.Length - 1)]);
        lane.Answered++;
        Answered++;
    }

    private static string Surprise(int client, ReadOnlySpan<byte> payload, long sequence) =>
        $"client {RawClients.Uid(client)} received {System.Text.Encoding.UTF8.GetString(payload[..Math.Min(80, payload.Length)])}"
        + $" ({payload.Length} bytes) where number {sequence} comes next";
}
