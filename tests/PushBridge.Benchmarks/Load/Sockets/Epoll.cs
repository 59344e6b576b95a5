using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PushBridge.Benchmarks.Load.Sockets;

/// <summary>One level-triggered epoll set. A tag of the caller's choice comes back with every event.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    internal const uint Readable = 1;
    internal const uint Writable = 4;

    private const int Capacity = 256;
    private const int AddOperation = 1;
    private const int ModifyOperation = 3;

    // The kernel packs struct epoll_event on x86-64 and nowhere else.
    private static readonly bool Packed =
        RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int Stride = Packed ? 12 : 16;
    private static readonly int TagOffset = Packed ? 4 : 8;

    private readonly int set = Libc.EpollCreate(0);
    private readonly byte[] ready = GC.AllocateArray<byte>(Capacity * 16, pinned: true);

    public int Wait(int timeoutMilliseconds)
    {
        fixed (byte* first = ready)
        {
            // The only error an open set and a valid buffer leave is an interruption by a signal.
            return Math.Max(0, Libc.EpollWait(set, first, Capacity, timeoutMilliseconds));
        }
    }

    public long Tag(int index) =>
        Unsafe.ReadUnaligned<long>(ref ready[(index * Stride) + TagOffset]);

    public uint Events(int index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(ready.AsSpan(index * Stride));

    public void Add(int descriptor, uint events, long tag) =>
        Control(AddOperation, descriptor, events, tag);

    public void Modify(int descriptor, uint events, long tag) =>
        Control(ModifyOperation, descriptor, events, tag);

    public void Dispose() => _ = Libc.Close(set);

    private void Control(int operation, int descriptor, uint events, long tag)
    {
        byte* settings = stackalloc byte[16];
        Unsafe.WriteUnaligned(settings, events);
        Unsafe.WriteUnaligned(settings + TagOffset, tag);
        if (Libc.EpollControl(set, operation, descriptor, settings) != 0)
        {
            throw new LoadException($"epoll_ctl failed for descriptor {descriptor}");
        }
    }
}
