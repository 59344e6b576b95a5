using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PushBridge.Benchmarks.Load.Sockets;

/// <summary>Non-blocking TCP over IPv4 on bare descriptors.</summary>
internal static unsafe class StreamSocket
{
    private const int Inet = 2;
    private const int StreamCloseOnExec = 1 | 0x80000;
    private const int SocketLevel = 1;
    private const int LingerOption = 13;
    private const int TcpLevel = 6;
    private const int NoDelayOption = 1;
    private const int NoSignal = 0x4000;
    private const nuint NonBlockingRequest = 0x5421;

    /// <summary>Connects (a loopback connect waits for nothing but the backlog), then makes the descriptor non-blocking.</summary>
    public static int Connect(IPEndPoint server)
    {
        if (server.AddressFamily != AddressFamily.InterNetwork)
        {
            throw new LoadException($"{server} is not an IPv4 address");
        }
        int descriptor = Libc.Socket(Inet, StreamCloseOnExec, 0);
        if (descriptor < 0)
        {
            throw new LoadException("no descriptor left for a socket; raise the limit (ulimit -n)");
        }
        byte* address = stackalloc byte[16];
        new Span<byte>(address, 16).Clear();
        *(ushort*)address = Inet;
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(address + 2, 2), (ushort)server.Port);
        server.Address.TryWriteBytes(new Span<byte>(address + 4, 4), out _);
        if (Libc.Connect(descriptor, address, 16) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            _ = Libc.Close(descriptor);
            throw new LoadException(
                $"cannot connect to {server}: {Marshal.GetPInvokeErrorMessage(error)}"
            );
        }
        int on = 1;
        _ = Libc.SetOption(descriptor, TcpLevel, NoDelayOption, &on, sizeof(int));
        _ = Libc.Control(descriptor, NonBlockingRequest, &on);
        return descriptor;
    }

    /// <summary>Bytes taken, or minus the error number.</summary>
    public static int Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint sent = Libc.Send(descriptor, start, (nuint)bytes.Length, NoSignal);
            return sent >= 0 ? (int)sent : -Marshal.GetLastSystemError();
        }
    }

    /// <summary>Bytes received, 0 at the end of the stream, or minus the error number.</summary>
    public static int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint received = Libc.Receive(descriptor, start, (nuint)buffer.Length, 0);
            return received >= 0 ? (int)received : -Marshal.GetLastSystemError();
        }
    }

    public static void Close(int descriptor) => _ = Libc.Close(descriptor);

    /// <summary>Closes with a reset: thousands of ports in TIME_WAIT would stop a run that reconnects in a loop.</summary>
    public static void Abort(int descriptor)
    {
        int* linger = stackalloc int[2];
        linger[0] = 1;
        linger[1] = 0;
        _ = Libc.SetOption(descriptor, SocketLevel, LingerOption, linger, 2 * sizeof(int));
        _ = Libc.Close(descriptor);
    }
}
