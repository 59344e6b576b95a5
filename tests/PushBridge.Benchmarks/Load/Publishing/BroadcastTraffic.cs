using System.Diagnostics;
using PushBridge.Benchmarks.Load.Clients;

namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>Broadcasts; each client must receive every number, in order.</summary>
internal sealed class BroadcastTraffic : ITraffic, IClientEvents
{
    private const int Ring = 1 << 12;

    private readonly LoadSettings _settings;
    private readonly SequencedLine _line;
    private readonly Publisher _publisher;
    private readonly long[] _next;
    private readonly long[] _stamps = new long[Ring];
    private readonly long _framesAhead;
    private long _written;
    private bool _stopped;

    public BroadcastTraffic(LoadLoop loop, LoadSettings settings, SequencedLine line)
    {
        _settings = settings;
        _line = line;
        _next = new long[settings.Clients];
        // ok comes before the frames: without this bound, commands would pile up in the sockets of the clients.
        _framesAhead = (long)settings.Clients * (settings.Window + 1);
        _publisher = loop.Publishers[0];
        _publisher.Replied = Replied;
        loop.Clients.Events = this;
    }

    public long Delivered { get; private set; }

    public long Answered { get; private set; }

    public LatencyHistogram Delivery { get; } = new();

    public LatencyHistogram Reply { get; } = new();

    public bool IsComplete => Answered == _written && Delivered == _written * _next.Length;

    public string Missing =>
        $"{_written - Answered} replies and {(_written * _next.Length) - Delivered} frames of {_written} broadcasts are missing";

    public void Stop() => _stopped = true;

    public void Pump()
    {
        while (
            !_stopped
            && _written - Answered < _settings.Window
            && (_written * _next.Length) - Delivered < _framesAhead
        )
        {
            _line.Write(_publisher.NextLine(_line.Length), 0, _written);
            _stamps[_written++ & (Ring - 1)] = Stopwatch.GetTimestamp();
            _publisher.Flush();
        }
    }

    public void Message(int client, ReadOnlySpan<byte> payload, long timestamp)
    {
        var sequence = _next[client]++;
        if (!_line.Matches(payload, client, sequence))
            throw new LoadException(
                $"client {RawClients.Uid(client)} received a wrong frame where broadcast {sequence} comes next"
            );
        Delivered++;
        Delivery.Record(timestamp - _stamps[sequence & (Ring - 1)]);
    }

    private void Replied(bool ok, long now)
    {
        if (!ok)
            throw new LoadException($"broadcast {Answered} was answered fail");
        Reply.Record(now - _stamps[Answered & (Ring - 1)]);
        Answered++;
    }
}
