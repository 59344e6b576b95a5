using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// Leaves a port that other processes listen on, too (SO_REUSEPORT), without losing a connection. The kernel gives each new one to a socket of the group by a hash, and resets those
/// that a closing socket has not accepted, handshakes under way included. So it is told first to give them all to another socket, by a filter program of one instruction that
/// names one; when none come any more, there is nobody to be reset.
/// </summary>
internal static class SharedPort
{
    /// <summary>SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF and SO_DETACH_REUSEPORT_BPF of Linux.</summary>
    private const int SocketLevel = 1;
    private const int AttachFilter = 51;
    private const int DetachFilter = 68;

    /// <summary>BPF_RET with a constant.</summary>
    private const ushort Return = 0x06;

    /// <summary>TCP_LISTEN as it is printed.</summary>
    private const string Listening = "0A";

    /// <summary>The group is an array, and which element is ours the kernel does not say: at most one of the first two.</summary>
    private const int Candidates = 2;
    private const int MaxAttempts = 6;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>For handshakes that were under way, and for those who were accepted last and have not asked yet.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    /// <summary>How many sockets of others listen there. The kernel lists what listens first, before thousands of connections that are nobody's any more.</summary>
    public static int Others(EndPoint endPoint)
    {
        if (!OperatingSystem.IsLinux() || endPoint is not IPEndPoint address)
        {
            return 0;
        }
        string local = Printed(address);
        int all = 0;
        foreach (string line in File.ReadLines(FileOf(address.AddressFamily)).Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields is not [_, var listener, _, Listening, ..])
            {
                break;
            }
            all += listener == local ? 1 : 0;
        }
        return Math.Max(all - 1, 0);
    }

    /// <summary>To be called by whoever begins to listen: what somebody who left has told the kernel must not keep connections from him.</summary>
    public static void Enter(Socket listener)
    {
        try
        {
            listener.SetRawSocketOption(SocketLevel, DetachFilter, new byte[sizeof(int)]);
        }
        catch (SocketException)
        {
            // There was no filter, as nearly always.
        }
    }

    /// <summary>Completes when the listener gets no more connections, or when that cannot be had; to be closed then.</summary>
    /// <param name="listener">Accepted from all the while.</param>
    /// <param name="accepted">How many it has accepted so far.</param>
    public static async Task LeaveAsync(Socket listener, Func<long> accepted)
    {
        var address = (IPEndPoint)listener.LocalEndPoint!;
        int others = Others(address);
        bool isQuiet = false;
        for (int attempt = 0; others > 0 && !isQuiet && attempt < MaxAttempts; attempt++)
        {
            if (!TryDirectTo(listener, attempt % Candidates))
            {
                return;
            }
            long before = accepted();
            await ProbeAsync(address);
            await Task.Delay(Quiet, Ending.Time);
            isQuiet = accepted() == before;
        }
        if (isQuiet)
        {
            await Task.Delay(Rest, Ending.Time);
        }
        if (others > 1)
        {
            // With one left, it gets everything in any case; several are to share again.
            Enter(listener);
        }
    }

    private static string FileOf(AddressFamily family) =>
        family == AddressFamily.InterNetworkV6 ? "/proc/net/tcp6" : "/proc/net/tcp";

    /// <summary>As the kernel prints it: 32 bits at a time in the machine's own order, in hexadecimal.</summary>
    private static string Printed(IPEndPoint address)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(
            address.Address.GetAddressBytes()
        );
        StringBuilder text = new();
        foreach (uint word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"{word:X8}");
        }
        return text.Append(CultureInfo.InvariantCulture, $":{address.Port:X4}").ToString();
    }

    private static bool TryDirectTo(Socket listener, int index)
    {
        // struct sock_filter: the instruction and its constant; struct sock_fprog: how many, and where.
        IntPtr program = Marshal.AllocHGlobal(sizeof(ulong));
        try
        {
            Span<byte> filter = stackalloc byte[sizeof(ulong)];
            filter.Clear();
            MemoryMarshal.Write(filter, Return);
            MemoryMarshal.Write(filter[sizeof(int)..], index);
            Marshal.Copy(filter.ToArray(), 0, program, filter.Length);
            Span<byte> pointer = stackalloc byte[2 * IntPtr.Size];
            pointer.Clear();
            MemoryMarshal.Write(pointer, (ushort)1);
            MemoryMarshal.Write(pointer[IntPtr.Size..], program);
            listener.SetRawSocketOption(SocketLevel, AttachFilter, pointer);
            return true;
        }
        catch (SocketException)
        {
            return false; // The system does not know such filters.
        }
        finally
        {
            Marshal.FreeHGlobal(program);
        }
    }

    /// <summary>A connection of our own, so that even when nobody else connects it shows whom they go to.</summary>
    private static async Task ProbeAsync(IPEndPoint address)
    {
        IPEndPoint target =
            address.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, address.Port)
            : address.Address.Equals(IPAddress.IPv6Any)
                ? new IPEndPoint(IPAddress.IPv6Loopback, address.Port)
            : address;
        using Socket probe = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource timeout = new(Quiet, Ending.Time);
        try
        {
            await probe.ConnectAsync(target, timeout.Token);
        }
        catch (Exception exception)
            when (exception is SocketException or OperationCanceledException)
        {
            // Whoever has them does not accept; that is not us.
        }
    }
}
