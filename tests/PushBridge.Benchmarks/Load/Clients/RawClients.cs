using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Text;
using PushBridge.Benchmarks.Load.Sockets;

namespace PushBridge.Benchmarks.Load.Clients;

/// <summary>
/// Many raw WebSocket clients on one thread: their descriptors, handshakes and frame parsing. Client number i is the
/// uid <see cref="Uid"/>(i). Nothing is allocated once they are open.
/// </summary>
internal sealed class RawClients : IDisposable
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private const int HandshakesAtOnce = 128;
    private const int ReadBytes = 64 * 1024;

    private enum State : byte
    {
        Closed,
        Handshaking,
        Open,
        Closing,
    }

    private readonly Epoll epoll;
    private readonly IPEndPoint server;
    private readonly byte[] request;
    private readonly byte[] scratch;
    private readonly int[] descriptors;
    private readonly State[] states;
    private readonly byte[] carry;
    private readonly int[] carriedBytes;
    private readonly int carryBytes;
    private int started;

    public RawClients(Epoll epoll, IPEndPoint server, int count, int messageBytes)
    {
        this.epoll = epoll;
        this.server = server;
        request = Encoding.ASCII.GetBytes(
            $"GET / HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Key: {Key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        descriptors = new int[count];
        states = new State[count];
        carriedBytes = new int[count];
        carryBytes = Math.Max(1024, messageBytes + ServerFrame.MaxHeaderBytes);
        carry = new byte[count * carryBytes];
        scratch = new byte[ReadBytes + carryBytes];
    }

    public int Count => descriptors.Length;

    public int OpenCount { get; private set; }

    public IClientEvents Events { get; set; } = IClientEvents.None;

    public static string Uid(int index) => index.ToString("D5");

    /// <summary>Starts further handshakes, a bounded number at a time; call it until all are open.</summary>
    public void OpenMore()
    {
        while (started < Count && started - OpenCount < HandshakesAtOnce)
        {
            Open(started++);
        }
    }

    public void Open(int index)
    {
        int descriptor = StreamSocket.Connect(server);
        descriptors[index] = descriptor;
        states[index] = State.Handshaking;
        carriedBytes[index] = 0;
        epoll.Add(descriptor, Epoll.Readable, index);
        Send(index, request);
    }

    /// <summary>Starts the closing handshake; <see cref="IClientEvents.Closed"/> follows when the server has answered.</summary>
    public void Close(int index)
    {
        states[index] = State.Closing;
        Span<byte> frame = stackalloc byte[8];
        Send(index, ClientFrame.Write(frame, ClientFrame.CloseOpcode, [0x03, 0xE8]));
    }

    public void OnReadable(int index)
    {
        int carried = carriedBytes[index];
        if (carried > 0)
        {
            carry.AsSpan(index * carryBytes, carried).CopyTo(scratch);
        }
        int received = StreamSocket.Receive(descriptors[index], scratch.AsSpan(carried, ReadBytes));
        if (received is -Libc.WouldBlock or -Libc.Interrupted)
        {
            return;
        }
        if (received <= 0)
        {
            Drop(index, 0);
            return;
        }
        Take(index, scratch.AsSpan(0, carried + received), Stopwatch.GetTimestamp());
    }

    public void Dispose()
    {
        for (int index = 0; index < Count; index++)
        {
            if (states[index] != State.Closed)
            {
                StreamSocket.Close(descriptors[index]);
            }
        }
    }

    private void Take(int index, Span<byte> bytes, long now)
    {
        int used = 0;
        if (states[index] == State.Handshaking)
        {
            used = TakeHandshake(index, bytes);
            if (used == 0)
            {
                Keep(index, bytes);
                return;
            }
        }
        while (
            states[index] != State.Closed
            && ServerFrame.TryRead(bytes[used..], out ServerFrame frame)
        )
        {
            TakeFrame(index, frame, bytes.Slice(used + frame.HeaderBytes, frame.PayloadBytes), now);
            used += frame.HeaderBytes + frame.PayloadBytes;
        }
        if (states[index] != State.Closed)
        {
            Keep(index, bytes[used..]);
        }
    }

    private void Keep(int index, ReadOnlySpan<byte> rest)
    {
        if (rest.Length > carryBytes)
        {
            throw new LoadException(
                $"client {Uid(index)} received an unfinished frame of over {carryBytes} bytes"
            );
        }
        carriedBytes[index] = rest.Length;
        rest.CopyTo(carry.AsSpan(index * carryBytes));
    }

    private int TakeHandshake(int index, ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }
        string head = Encoding.ASCII.GetString(bytes[..end]);
        if (
            !head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal)
            || !head.Contains(Accept, StringComparison.Ordinal)
        )
        {
            throw new LoadException($"client {Uid(index)} was not upgraded: {head.Split('\r')[0]}");
        }
        Span<byte> frame = stackalloc byte[16];
        Send(
            index,
            ClientFrame.Write(frame, ClientFrame.TextOpcode, Encoding.ASCII.GetBytes(Uid(index)))
        );
        states[index] = State.Open;
        OpenCount++;
        Events.Opened(index);
        return end + 4;
    }

    private void TakeFrame(int index, ServerFrame frame, ReadOnlySpan<byte> payload, long now)
    {
        switch (frame.FirstByte)
        {
            case ServerFrame.FinalText:
                Events.Message(index, payload, now);
                break;
            case ServerFrame.FinalPing:
                Span<byte> pong = stackalloc byte[ClientFrame.MaxControlBytes];
                Send(index, ClientFrame.Write(pong, ClientFrame.PongOpcode, payload));
                break;
            case ServerFrame.FinalClose:
                Drop(
                    index,
                    payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005
                );
                break;
            default:
                throw new LoadException(
                    $"client {Uid(index)} received a frame that starts with 0x{frame.FirstByte:X2}"
                );
        }
    }

    private void Drop(int index, int code)
    {
        bool expected = states[index] == State.Closing;
        if (states[index] == State.Handshaking)
        {
            throw new LoadException(
                $"client {Uid(index)} lost its connection during the handshake"
            );
        }
        states[index] = State.Closed;
        StreamSocket.Abort(descriptors[index]);
        OpenCount--;
        Events.Closed(index, code, expected);
    }

    private void Send(int index, ReadOnlySpan<byte> bytes)
    {
        // A client writes a few bytes at long intervals: the socket buffer always has room.
        if (
            StreamSocket.Send(descriptors[index], bytes) != bytes.Length
            && states[index] == State.Handshaking
        )
        {
            throw new LoadException($"client {Uid(index)} cannot send its handshake");
        }
    }
}
