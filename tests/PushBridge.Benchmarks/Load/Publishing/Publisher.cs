using System.Diagnostics;
using System.Net;
using PushBridge.Benchmarks.Load.Sockets;

namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>One backend on the text port: lines out, <c>ok</c> and <c>fail</c> in, never blocking.</summary>
internal sealed class Publisher : IDisposable
{
    private const int ReadBytes = 16 * 1024;

    private readonly Epoll _epoll;
    private readonly long _tag;
    private readonly int _descriptor;
    private readonly byte[] _replies = new byte[ReadBytes];
    private byte[] _lines = new byte[64 * 1024];
    private int _start;
    private int _end;
    private int _carried;
    private bool _blocked;

    public Publisher(Epoll epoll, IPEndPoint server, long tag)
    {
        _epoll = epoll;
        _tag = tag;
        _descriptor = StreamSocket.Connect(server);
        epoll.Add(_descriptor, Epoll.Readable, tag);
    }

    /// <summary>Called for every reply, in order: whether it was <c>ok</c>, and when it was read.</summary>
    public Action<bool, long> Replied { get; set; } = (_, _) => { };

    public long Sent { get; private set; }

    public long Answered { get; private set; }

    public int InFlight => (int)(Sent - Answered);

    /// <summary>Room for one line and its line feed; the caller fills all of it.</summary>
    public Span<byte> NextLine(int length)
    {
        if (_lines.Length - _end < length + 1)
            MakeRoom(length + 1);
        var line = _lines.AsSpan(_end, length);
        _lines[_end + length] = (byte)'\n';
        _end += length + 1;
        Sent++;
        return line;
    }

    public void Flush()
    {
        while (_start < _end)
        {
            var sent = StreamSocket.Send(_descriptor, _lines.AsSpan(_start, _end - _start));
            if (sent == -Libc.WouldBlock)
            {
                Watch(blocked: true);
                return;
            }
            if (sent < 0)
                throw new LoadException($"the text port closed the connection (error {-sent})");
            _start += sent;
        }
        _start = _end = 0;
        Watch(blocked: false);
    }

    public void OnReady(uint events)
    {
        if ((events & Epoll.Writable) != 0)
            Flush();
        if ((events & ~Epoll.Writable) != 0)
            ReadReplies();
    }

    public void Dispose() => StreamSocket.Close(_descriptor);

    private void ReadReplies()
    {
        var received = StreamSocket.Receive(_descriptor, _replies.AsSpan(_carried));
        if (received is -Libc.WouldBlock or -Libc.Interrupted)
            return;
        if (received <= 0)
            throw new LoadException(
                $"the text port closed the connection with {InFlight} commands unanswered"
            );
        var now = Stopwatch.GetTimestamp();
        ReadOnlySpan<byte> rest = _replies.AsSpan(0, _carried + received);
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            Answered++;
            Replied(IsOk(rest[..end]), now);
        }
        _carried = rest.Length;
        rest.CopyTo(_replies);
    }

    private static bool IsOk(ReadOnlySpan<byte> reply) =>
        reply.SequenceEqual("ok"u8)
        || (
            reply.SequenceEqual("fail"u8)
                ? false
                : throw new LoadException(
                    $"a reply was neither ok nor fail: {System.Text.Encoding.UTF8.GetString(reply)}"
                )
        );

    private void Watch(bool blocked)
    {
        if (blocked == _blocked)
            return;
        _blocked = blocked;
        _epoll.Modify(
            _descriptor,
            blocked ? Epoll.Readable | Epoll.Writable : Epoll.Readable,
            _tag
        );
    }

    private void MakeRoom(int bytes)
    {
        _lines.AsSpan(_start, _end - _start).CopyTo(_lines);
        (_start, _end) = (0, _end - _start);
        if (_lines.Length - _end < bytes)
            Array.Resize(ref _lines, Math.Max(_lines.Length * 2, _end + bytes));
    }
}
