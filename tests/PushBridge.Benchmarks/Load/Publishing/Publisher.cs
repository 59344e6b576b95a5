using System.Diagnostics;
using System.Net;
using PushBridge.Benchmarks.Load.Sockets;

namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>One backend on the text port: lines out, <c>ok</c> and <c>fail</c> in, never blocking.</summary>
internal sealed class Publisher : IDisposable
{
    private const int ReadBytes = 16 * 1024;

    private readonly Epoll epoll;
    private readonly long tag;
    private readonly int descriptor;
    private readonly byte[] replies = new byte[ReadBytes];
    private byte[] lines = new byte[64 * 1024];
    private int start;
    private int written;
    private int carried;
    private bool blocked;

    public Publisher(Epoll epoll, IPEndPoint server, long tag)
    {
        this.epoll = epoll;
        this.tag = tag;
        descriptor = StreamSocket.Connect(server);
        epoll.Add(descriptor, Epoll.Readable, tag);
    }

    /// <summary>Called for every reply, in order: whether it was <c>ok</c>, and when it was read.</summary>
    public Action<bool, long> Replied { get; set; } = (_, _) => { };

    public long Sent { get; private set; }

    public long Answered { get; private set; }

    public int InFlight => (int)(Sent - Answered);

    /// <summary>Room for one line and its line feed; the caller fills all of it.</summary>
    public Span<byte> NextLine(int length)
    {
        if (lines.Length - written < length + 1)
        {
            MakeRoom(length + 1);
        }
        Span<byte> line = lines.AsSpan(written, length);
        lines[written + length] = (byte)'\n';
        written += length + 1;
        Sent++;
        return line;
    }

    public void Flush()
    {
        while (start < written)
        {
            int sent = StreamSocket.Send(descriptor, lines.AsSpan(start, written - start));
            if (sent == -Libc.WouldBlock)
            {
                Watch(isBlocked: true);
                return;
            }
            if (sent < 0)
            {
                throw new LoadException($"the text port closed the connection (error {-sent})");
            }
            start += sent;
        }
        start = written = 0;
        Watch(isBlocked: false);
    }

    public void OnReady(uint events)
    {
        if ((events & Epoll.Writable) != 0)
        {
            Flush();
        }
        if ((events & ~Epoll.Writable) != 0)
        {
            ReadReplies();
        }
    }

    public void Dispose() => StreamSocket.Close(descriptor);

    private void ReadReplies()
    {
        int received = StreamSocket.Receive(descriptor, replies.AsSpan(carried));
        if (received is -Libc.WouldBlock or -Libc.Interrupted)
        {
            return;
        }
        if (received <= 0)
        {
            throw new LoadException(
                $"the text port closed the connection with {InFlight} commands unanswered"
            );
        }
        long now = Stopwatch.GetTimestamp();
        ReadOnlySpan<byte> rest = replies.AsSpan(0, carried + received);
        for (int line; (line = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(line + 1)..])
        {
            Answered++;
            Replied(IsOk(rest[..line]), now);
        }
        carried = rest.Length;
        rest.CopyTo(replies);
    }

    private static bool IsOk(ReadOnlySpan<byte> reply) =>
        reply.SequenceEqual("ok"u8)
        || reply.StartsWith("{\"ok\":true,"u8)
        || (
            reply.SequenceEqual("fail"u8)
                ? false
                : throw new LoadException(
                    $"a reply was neither ok nor fail: {System.Text.Encoding.UTF8.GetString(reply)}"
                )
        );

    private void Watch(bool isBlocked)
    {
        if (isBlocked == blocked)
        {
            return;
        }
        blocked = isBlocked;
        epoll.Modify(descriptor, blocked ? Epoll.Readable | Epoll.Writable : Epoll.Readable, tag);
    }

    private void MakeRoom(int bytes)
    {
        lines.AsSpan(start, written - start).CopyTo(lines);
        (start, written) = (0, written - start);
        if (lines.Length - written < bytes)
        {
            Array.Resize(ref lines, Math.Max(lines.Length * 2, written + bytes));
        }
    }
}
