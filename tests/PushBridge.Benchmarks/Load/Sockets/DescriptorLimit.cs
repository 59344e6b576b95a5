namespace PushBridge.Benchmarks.Load.Sockets;

/// <summary>The soft limit of open descriptors, raised to what the hard limit allows.</summary>
internal static unsafe class DescriptorLimit
{
    public const ulong Wanted = 20_000;

    private const int OpenFiles = 7;

    public static void Raise()
    {
        ulong* limit = stackalloc ulong[2];
        if (Libc.GetLimit(OpenFiles, limit) != 0 || limit[0] >= Wanted)
        {
            return;
        }
        limit[0] = Math.Min(Wanted, limit[1]);
        _ = Libc.SetLimit(OpenFiles, limit);
    }
}
