using System.Runtime.InteropServices;

namespace PushBridge.Benchmarks.Load.Sockets;

/// <summary>
/// The system calls of the load program. The ones that never block skip the GC transition: it would cost as much as
/// the rest of the call, and no other thread of this process waits for a collection.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int WouldBlock = 11;
    internal const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "socket")]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    internal static partial int SetOption(int socket, int level, int name, int* value, uint length);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    internal static partial int Control(int socket, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "recv")]
    [SuppressGCTransition]
    internal static partial nint Receive(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    [SuppressGCTransition]
    internal static partial nint Send(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    internal static partial nint Read(int descriptor, ulong* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    internal static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    internal static partial int EpollControl(
        int epoll,
        int operation,
        int descriptor,
        byte* settings
    );

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    internal static partial int EpollWait(
        int epoll,
        byte* events,
        int capacity,
        int timeoutMilliseconds
    );

    [LibraryImport("libc", EntryPoint = "timerfd_create")]
    internal static partial int TimerCreate(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime")]
    internal static partial int TimerSet(int timer, int flags, long* interval, long* previous);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    internal static partial int GetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    internal static partial int SetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int process, int signal);
}
