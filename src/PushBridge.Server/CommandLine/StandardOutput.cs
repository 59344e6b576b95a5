using System.Runtime.InteropServices;

namespace PushBridge.Server.CommandLine;

/// <summary>Tells whether somebody still reads what this program prints: writing does not, since .NET takes a pipe without a reader for one that has taken everything.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    /// <summary>POLLERR and POLLHUP.</summary>
    private const short Error = 0x8;
    private const short HungUp = 0x10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>False when it is a pipe, a socket or a terminal whose other end is gone; true for everything else, and where that cannot be seen.</summary>
    public static bool HasReader
    {
        get
        {
            if (OperatingSystem.IsWindows())
            {
                return true;
            }
            Polled output = new() { Descriptor = Descriptor };
            try
            {
                return Poll(ref output, 1, 0) < 1 || (output.Returned & (Error | HungUp)) == 0;
            }
            catch (Exception exception)
                when (exception is DllNotFoundException or EntryPointNotFoundException)
            {
                return true;
            }
        }
    }

    /// <summary>Completes within a moment after the last reader has gone.</summary>
    public static async Task UntilUnreadAsync(TimeProvider time, CancellationToken cancellation)
    {
        while (HasReader)
        {
            await Task.Delay(Interval, time, cancellation);
        }
    }

#pragma warning disable SYSLIB1054 // The generated code would be unsafe, which nothing here is otherwise.
    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Polled descriptors, nuint count, int timeout);
#pragma warning restore SYSLIB1054

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Requested;
        public short Returned;
    }
}
